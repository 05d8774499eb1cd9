import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

test("any page embeds the panel with one script tag, and the page's styles and the panel's keep apart", async ({
  page,
  merchant,
  deployment,
}) => {
  await merchant.apply(SHORT_STEPS);
  const host = await serve(
    `<!doctype html><meta charset="utf-8"><title>A shop</title>
    <style>button { display: none !important } * { color: rgb(1, 2, 3) }</style>
    <h1>A shop</h1>
    <script src="${deployment.baseUrl}/panel/flywheel-panel.js"></script>
    <flywheel-panel base-url="${deployment.baseUrl}" room="room-1" lang="en"
      token="${merchant.token("viewer", "lin")}"></flywheel-panel>`,
    deployment.shopPort,
  );
  try {
    await page.goto(`http://127.0.0.1:${port(host)}/`);
    await page.getByTestId("check-in-button").click();
    await expect(page.getByTestId("points-balance")).toHaveText("10");
    const heading = page.getByRole("heading", { name: "A shop" });
    expect(await heading.evaluate((node) => getComputedStyle(node).color)).toBe("rgb(1, 2, 3)");
  } finally {
    host.close();
  }
});

test("a page whose origin is not allowed can't call the service", async ({ page, merchant, deployment }) => {
  const foreign = await serve("<!doctype html><title>Elsewhere</title>", 0);
  try {
    await page.goto(`http://127.0.0.1:${port(foreign)}/`);
    const outcome = await page.evaluate(
      ([url, token]) =>
        fetch(`${url}/v1/tasks`, { headers: { authorization: `Bearer ${token}` } }).then(
          (response) => `was answered ${response.status}`,
          () => "was refused",
        ),
      [deployment.baseUrl, merchant.token("viewer", "lin")] as const,
    );
    expect(outcome).toBe("was refused");
  } finally {
    foreign.close();
  }
});

async function serve(html: string, port: number): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(html);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function port(server: Server): number {
  return (server.address() as { port: number }).port;
}
