// Preloaded into the README's page: the elements that it names, which print what they are told, and a viewer who checks in
// and likes. The program ends when the streak and the points are seen, or by its test's patience.
const { fetch } = globalThis;
const token = process.env["FLYWHEEL_TOKEN"];
globalThis.fetch = (url, init) =>
  String(url) === "/flywheel-token" ? Promise.resolve(new Response(token)) : fetch(url, init);
globalThis.location = { origin: process.env["FLYWHEEL_TEST_URL"] };

const elements = new Map();
globalThis.document = Object.assign(new EventTarget(), {
  visibilityState: "visible",
  getElementById(id) {
    if (!elements.has(id)) {
      elements.set(id, new Element(id));
    }
    return elements.get(id);
  },
});

class Element extends EventTarget {
  constructor(id) {
    super();
    this.id = id;
  }

  set textContent(text) {
    console.log(`${this.id}: ${text}`);
    if (this.id === "state" && text === "present") {
      click("like");
      click("check-in");
    }
    this.text = text;
    if (elements.get("streak")?.text && Number(elements.get("points")?.text) > 0) {
      process.exit();
    }
  }
}

function click(id) {
  document.getElementById(id).dispatchEvent(new Event("click"));
}
