// Preloaded into an example: what it sends to the address that is printed in the docs goes to the test's service.
const printed = "http://localhost:8080";
const actual = process.env["FLYWHEEL_TEST_URL"] ?? printed;
const { fetch } = globalThis;
globalThis.fetch = (url, init) => fetch(String(url).replace(printed, actual), init);
