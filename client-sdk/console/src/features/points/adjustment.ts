/** The amount of an adjustment as it was typed; undefined: not a whole number other than 0 that the contract allows. */
export function typedAmount(typed: string): bigint | undefined {
  const plain = typed
    .replace(/[,，\s]/g, "")
    .replace(/^[+＋]/, "")
    .replace(/^[−–－]/, "-");
  if (!/^-?\d{1,7}$/.test(plain)) return undefined;
  const amount = BigInt(plain);
  return amount === 0n || amount > 1_000_000n || amount < -1_000_000n ? undefined : amount;
}
