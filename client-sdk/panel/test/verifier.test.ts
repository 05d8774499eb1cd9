import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** The page that checks draws without a server. */
const page = readFileSync(new URL("../../web/examples/verify-draw.html", import.meta.url), "utf8");

const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? "";
const mistakeOf = new Function(`${script}; return mistakeOf;`)() as (
  draw: object,
  noted?: string,
) => Promise<string>;

const serverSeed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const commitment = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";

describe("the page that checks draws", () => {
  test("stands alone: it loads nothing and calls nobody", () => {
    expect(page).not.toMatch(/\b(src|href)=|fetch\(|import\(|XMLHttpRequest|https?:/);
  });

  const weights = [
    { prizeId: "lamp", weight: 678_347 },
    { prizeId: "tea", weight: 1 },
  ];
  const proof = { commitment, serverSeed, clientSeed: "viewer-1", drawId: "1", weights, number: 678_347 };

  test("agrees with a lottery's draw, and finds out a forged one", async () => {
    expect(await mistakeOf({ proof, prizeId: "tea" }, commitment)).toBe("");
    expect(await mistakeOf({ proof, prizeId: "lamp" })).toContain("wins tea, not lamp");
    expect(await mistakeOf({ proof: { ...proof, clientSeed: "other" }, prizeId: "tea" })).toContain(
      "come to",
    );
    expect(await mistakeOf({ proof: { ...proof, serverSeed: "00" }, prizeId: "tea" })).toContain("committed");
    expect(await mistakeOf({ proof, prizeId: "tea" }, "00")).toContain("noted before");
  });

  /** Reckoned by Python's hashlib and hmac: viewers v0 to v4, two prizes. */
  const room = {
    commitment,
    serverSeed,
    rules: {
      prizes: [
        { id: "big", winners: 1 },
        { id: "small", winners: 2 },
      ],
    },
    entrantsHash: "f55cfb55f2526b48600c74d6d08d08beafd6b1283881ce38b95c348e8ea8cc0b",
    tags: [
      "42c85337ebbf7aab95fb621df3c72dc8066a3d69e24a71521b62072fd42dc16c",
      "6d7477eeaa8a15116cc70a47a0f07f54a34122153e23067a7c6debdad29dfb3c",
      "88df781130e9f0cb3f153448a21f03e28e6760b04a56d9a12d05d5623e1fa163",
      "a893c8a8c3b320db295ae0cff2046697c5270cfa32473b6bf0dfbcb74dc13b22",
      "f3e35b486929fe379d6807cb035eef45aee2b81269f17cb0202ca83cc09a300a",
    ],
    winners: [
      {
        tag: "42c85337ebbf7aab95fb621df3c72dc8066a3d69e24a71521b62072fd42dc16c",
        viewerId: "v1",
        prizeId: "big",
      },
      {
        tag: "f3e35b486929fe379d6807cb035eef45aee2b81269f17cb0202ca83cc09a300a",
        viewerId: "v3",
        prizeId: "small",
      },
      {
        tag: "88df781130e9f0cb3f153448a21f03e28e6760b04a56d9a12d05d5623e1fa163",
        viewerId: "v2",
        prizeId: "small",
      },
    ],
  };

  test("agrees with a room's draw, and finds out a forged one", async () => {
    expect(await mistakeOf(room, commitment)).toBe("");
    expect(await mistakeOf({ ...room, tags: room.tags.slice(1) })).toContain("frozen");
    expect(await mistakeOf({ ...room, winners: [...room.winners].reverse() })).toContain("winner 1 is");
    expect(await mistakeOf({ ...room, winners: room.winners.slice(1) })).toContain("winner 1 is");
    const stolen = room.winners.map((winner) => ({ ...winner, viewerId: "thief" }));
    expect(await mistakeOf({ ...room, winners: stolen })).toContain("another tag");
  });
});
