/** The part of the panel that is seen. */
export interface Place {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

/** Less than this is too little to show something in, so that it reaches beyond the panel. */
const leastHeight = 320;

/** Where the panel of an element inside it is, as far as it is in the window. */
export function seenPlace(inside: Element): Place {
  const root = inside.getRootNode();
  const { left, width, top, bottom } = (
    root instanceof ShadowRoot ? root.host : inside
  ).getBoundingClientRect();
  const upper = Math.max(0, Math.min(top, innerHeight - leastHeight));
  return { left, width, top: upper, bottom: Math.min(innerHeight, Math.max(bottom, upper + leastHeight)) };
}
