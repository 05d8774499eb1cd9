import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Deployment } from "../harness/deployment.js";
import { expect, test } from "../harness/fixtures.js";
import { SHORT_STEPS } from "../harness/programs.js";

test("any page embeds the panel with one script tag, and the page's styles and the panel's keep apart @envoy", async ({
  page,
  merchant,
  deployment,
}) => {
  await merchant.apply(SHORT_STEPS);
  const styles = "button { display: none !important } * { color: rgb(1, 2, 3) }";
  const host = await shop(deployment, merchant.token("viewer", "lin"), styles);
  try {
    await page.goto(`http://127.0.0.1:${port(host)}/`);
    await page.getByTestId("check-in-button").click();
    await expect(page.getByTestId("check-in-strip")).toBeVisible();
    // Ten for the check-in, and seven more for whoever has watched some seconds by now.
    await expect(page.getByTestId("points-balance")).toHaveText(/^(10|17)$/);
    const heading = page.getByRole("heading", { name: "A shop" });
    expect(await heading.evaluate((node) => getComputedStyle(node).color)).toBe("rgb(1, 2, 3)");
  } finally {
    host.close();
  }
});

test("an element that is taken out of the page and put back works on, and a fresh token changes nothing @envoy", async ({
  page,
  merchant,
  deployment,
}) => {
  await merchant.apply(SHORT_STEPS);
  const host = await shop(deployment, merchant.token("viewer", "yu"));
  let entries = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/EnterRoom")) entries++;
  });
  try {
    await page.goto(`http://127.0.0.1:${port(host)}/`);
    const panel = page.locator("flywheel-panel");
    await expect(page.getByTestId("check-in-button")).toBeVisible();

    const fresh = merchant.token("viewer", "yu", { ttlSeconds: 7_200 });
    await panel.evaluate((element, token) => {
      element.setAttribute("token", token);
    }, fresh);
    await panel.evaluate((element: HTMLElement & { like(count: number): void }) => {
      element.like(3);
    });
    await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "3");
    await expect.poll(() => merchant.count("yu", "likes")).toBe(3);
    expect(entries).toBe(1);

    await panel.evaluate(async (element) => {
      const { parentNode } = element;
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 200));
      parentNode?.append(element);
    });
    await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "3");
    await panel.evaluate((element: HTMLElement & { like(count: number): void }) => {
      element.like(4);
    });
    await expect.poll(() => merchant.count("yu", "likes")).toBe(7);
    await panel.evaluate((element) => {
      element.setAttribute("lang", "zh");
    });
    await expect(page.getByTestId("check-in-button")).toHaveText("签到");
    await panel.evaluate(
      (element, token) => {
        element.setAttribute("token", token);
      },
      merchant.token("viewer", "zoe"),
    );
    await expect(page.getByTestId("task-likes-bar")).toHaveAttribute("aria-valuenow", "0");
  } finally {
    host.close();
  }
});

test("a page whose origin is not allowed can't call the service @envoy", async ({
  page,
  merchant,
  deployment,
}) => {
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

/** A page of another origin with the panel in it. */
function shop(deployment: Deployment, token: string, styles = ""): Promise<Server> {
  return serve(
    `<!doctype html><meta charset="utf-8"><title>A shop</title><style>${styles}</style>
    <h1>A shop</h1>
    <script src="${deployment.baseUrl}/panel/flywheel-panel.js"></script>
    <flywheel-panel base-url="${deployment.baseUrl}" room="room-1" lang="en" token="${token}"></flywheel-panel>`,
    deployment.shopPort,
  );
}

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
