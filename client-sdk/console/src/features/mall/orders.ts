import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { RedemptionState, type Redemption, type RedemptionUpdateResult } from "@flywheel/client";
import { priceText, textOf, type Language } from "@flywheel/look";

/** An order is known by its viewer and its id, which is unique among the viewer's. */
export function keyOf({ viewerId, redemptionId }: Pick<Redemption, "viewerId" | "redemptionId">): string {
  return `${viewerId} ${redemptionId}`;
}

/** Whether the merchant still has something to do about it. */
export function isWaiting({ state }: Redemption): boolean {
  return state === RedemptionState.RESERVED;
}

export function itemTitle({ item }: Redemption, language: Language): string {
  return textOf(item?.title, language) || (item?.id ?? "");
}

/** What the viewer said for the delivery, as the item asked for it, then what no field asks for any more. */
export function deliveryLines({ item, delivery }: Redemption, language: Language): [string, string][] {
  const asked = item?.deliveryFields ?? [];
  const labels = new Map(asked.map(({ name, label }) => [name, textOf(label, language) || name]));
  const names = [
    ...labels.keys(),
    ...Object.keys(delivery)
      .filter((name) => !labels.has(name))
      .sort(),
  ];
  return names.flatMap((name) => (delivery[name] ? [[labels.get(name) ?? name, delivery[name]]] : []));
}

/** What is said of each update, in their order: undefined: it took effect; else why not. */
export function failures(results: readonly RedemptionUpdateResult[]): (string | undefined)[] {
  return results.map(({ errorReason }) => errorReason || undefined);
}

/** What a table of orders says in its head, and for states. */
export interface OrderWords {
  head: Readonly<
    Record<
      | "id"
      | "viewerId"
      | "name"
      | "itemId"
      | "item"
      | "price"
      | "state"
      | "redeemedAt"
      | "fulfillBy"
      | "movedAt"
      | "reference"
      | "reason",
      string
    >
  >;
  state: (state: RedemptionState) => string;
  nameOf: (viewerId: string) => string;
}

/** Orders as a table for a file; what viewers said for the delivery has a column for each label, where anything was said. */
export function orderRows(orders: readonly Redemption[], words: OrderWords, language: Language): string[][] {
  const said = orders.map((order) => new Map(deliveryLines(order, language)));
  const labels = [...new Set(said.flatMap((lines) => [...lines.keys()]))];
  const { head } = words;
  const rows = orders.map((order, i) => [
    order.redemptionId,
    order.viewerId,
    words.nameOf(order.viewerId),
    order.item?.id ?? "",
    itemTitle(order, language),
    order.price ? priceText(order.price, language) : "",
    words.state(order.state),
    instant(order.redeemedAt),
    instant(order.fulfillBy),
    instant(order.movedAt),
    order.reference,
    order.reason,
    ...labels.map((label) => said[i]?.get(label) ?? ""),
  ]);
  return [
    [
      head.id,
      head.viewerId,
      head.name,
      head.itemId,
      head.item,
      head.price,
      head.state,
      head.redeemedAt,
      head.fulfillBy,
      head.movedAt,
      head.reference,
      head.reason,
      ...labels,
    ],
    ...rows,
  ];
}

function instant(at: Timestamp | undefined): string {
  return at ? new Date(timestampMs(at)).toISOString() : "";
}
