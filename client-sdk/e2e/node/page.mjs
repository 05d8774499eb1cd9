// Preloaded into the README's page: the elements that it names, which print what they are told, and a viewer who checks in
// and likes, once the page shows the room and the points. The program ends when it shows the streak and more points, or by
// its test's patience.
const { fetch } = globalThis;
const token = process.env["FLYWHEEL_TOKEN"];
globalThis.fetch = async (url, init) =>
  String(url) === "/flywheel-token" ? answerOfBackEnd() : await fetch(url, init);

/** The back end of the page has just been started, and gives no token where nobody is signed in. */
let failures = 2;
function answerOfBackEnd() {
  if (failures-- > 0) {
    return new Response("Unavailable", { status: 503 });
  }
  return token ? new Response(token) : new Response("Unauthorized", { status: 401 });
}

globalThis.location = { origin: process.env["FLYWHEEL_TEST_URL"] };

let pointsBefore;
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
    this.text = text;
    if (pointsBefore === undefined && shown("state") === "present" && shown("points")) {
      pointsBefore = Number(shown("points"));
      click("like");
      click("check-in");
    }
    if (shown("streak") && Number(shown("points")) > pointsBefore) {
      process.exit();
    }
  }
}

function shown(id) {
  return elements.get(id)?.text;
}

function click(id) {
  document.getElementById(id).dispatchEvent(new Event("click"));
}
