import { expect, test } from "vitest";
import { usePages } from "../src/ui/pages.js";

test("what is read anew holds nothing of the list before, whichever answer comes first", async () => {
  const answers: ((page: { items: string[]; next: string }) => void)[] = [];
  const asked: string[] = [];
  const pages = usePages<string>((token) => {
    asked.push(token);
    return new Promise((resolve) => answers.push(resolve));
  });
  const first = pages.more();
  const again = pages.again();
  expect(asked).toEqual(["", ""]);
  answers[0]?.({ items: ["old"], next: "old-2" });
  await first;
  expect(pages.items.value).toEqual([]);
  answers[1]?.({ items: ["new"], next: "new-2" });
  await again;
  expect(pages.items.value).toEqual(["new"]);
  void pages.more();
  expect(asked.at(-1)).toBe("new-2");
});
