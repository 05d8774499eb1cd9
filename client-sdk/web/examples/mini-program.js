// A client of Flywheel's JSON for where there is neither fetch nor streams, such as WeChat mini-programs. Copy this file.
// How it is used: mini-program.md. It is a CommonJS module because mini-programs load those without a build step.

/** Why a call failed. Branch on `reason`; the names are in error.proto, and NO_CONNECTION is this client's own. */
class FlywheelError extends Error {
  constructor(status, body, requestId) {
    const details = body?.details ?? [];
    const find = (type) => details.find((one) => one["@type"]?.endsWith(`google.rpc.${type}`)) ?? {};
    const reason = find("ErrorInfo").reason ?? reasonOf(status);
    super(`${reason}: ${body?.message ?? `HTTP ${status}`}`);
    this.name = "FlywheelError";
    this.reason = reason;
    this.fields = find("BadRequest").fieldViolations ?? [];
    this.incident = find("ErrorInfo").metadata?.incident;
    this.retryAfterMillis = Number.parseFloat(find("RetryInfo").retryDelay ?? "0") * 1000;
    this.requestId = requestId;
    this.isTransient = [0, 502, 503, 504].includes(status) || this.retryAfterMillis > 0;
  }
}

function reasonOf(status) {
  const reasons = { 401: "UNAUTHENTICATED", 403: "NOT_ALLOWED", 404: "UNKNOWN_METHOD" };
  return reasons[status] ?? (status === 0 || status > 501 ? "NO_CONNECTION" : "UNKNOWN");
}

/**
 * @param {object} options
 * @param {string} options.baseUrl where Flywheel is reached; list it among the mini-program's request domains
 * @param {() => Promise<string>} options.token asked for the first call, and again when a token is refused
 * @param {Function} options.request wx.request, or anything that is called like it
 * @param {number} [options.attempts] how often a call is sent at most
 * @param {number} [options.timeoutMillis] how long an attempt may take
 */
function createFlywheel({ baseUrl, token, request, attempts = 4, timeoutMillis = 10000 }) {
  let known; // The promise of the token, so that calls that need it at once ask for it once.

  function send(method, path, data, bearer) {
    return new Promise((resolve) => {
      request({
        url: baseUrl + path,
        method,
        data,
        timeout: timeoutMillis,
        header: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
        success: ({ statusCode, data: body }) => resolve({ status: statusCode, body }),
        fail: ({ errMsg }) => resolve({ status: 0, body: { message: errMsg } }),
      });
    });
  }

  async function sendSignedIn(method, path, data) {
    for (let fresh = false; ; fresh = true) {
      const asked = (known ??= token());
      const bearer = await asked.catch((error) => {
        if (known === asked) known = undefined;
        throw error;
      });
      const answer = await send(method, path, data, bearer);
      if (answer.status !== 401 || fresh) return answer;
      if (known === asked) known = undefined;
    }
  }

  /** A call, repeated while that may help: a write is known again by its requestId, so that it has one effect. */
  async function call(method, path, data = {}) {
    const body = method === "POST" ? { requestId: newRequestId(), ...data } : data;
    for (let attempt = 1; ; attempt++) {
      const answer = await sendSignedIn(method, path, body);
      if (answer.status === 200) return answer.body;
      const error = new FlywheelError(answer.status, answer.body, body.requestId);
      if (!error.isTransient || attempt >= attempts) throw error;
      await pause(error.retryAfterMillis + 250 * 2 ** attempt * Math.random());
    }
  }

  const roomPath = (roomId, verb) => `/v1/rooms/${encodeURIComponent(roomId)}:${verb}`;

  return {
    call,
    checkIn: () => call("POST", "/v1/check-in"),
    listTasks: (roomId = "") => call("GET", "/v1/tasks", { roomId }),
    claim: (taskId, tier) => call("POST", `/v1/tasks/${encodeURIComponent(taskId)}:claim`, { tier }),
    getViewer: () => call("GET", "/v1/viewer"),
    /** What the viewer does in the room, such as act("room-1", { liked: { count: 3 } }). */
    act: (roomId, what) => call("POST", roomPath(roomId, "act"), what),

    /**
     * Enters the room and stays in it by heartbeats until `leave` is called, in the page's onHide and onUnload. `entered`
     * settles after the first attempt; further ones follow, and what fails is told to `onError`.
     */
    enter(roomId, onError = () => {}) {
      let requestId = newRequestId(); // Kept until the entry is answered, so that it counts once.
      let state; // The latest answer; none while the viewer is not in the room.
      let timer;
      let left = false;

      const enterRoom = async () => {
        state = await call("POST", roomPath(roomId, "enter"), { requestId });
        requestId = newRequestId();
      };
      const beat = async () => {
        try {
          const { heartbeatToken } = state;
          state = await call("POST", roomPath(roomId, "heartbeat"), { heartbeatToken });
        } catch (error) {
          if (!["SESSION_ENDED", "BAD_HEARTBEAT_TOKEN"].includes(error.reason)) throw error;
          state = undefined;
          if (!left) await enterRoom();
        }
      };
      const signOfLife = async () => {
        await (state ? beat() : enterRoom()).catch(onError);
        const seconds = Number.parseFloat(state?.heartbeatInterval ?? "5");
        if (!left) timer = setTimeout(() => (latest = signOfLife()), seconds * 1000);
      };
      const entered = signOfLife();
      let latest = entered;

      return {
        entered,
        async leave() {
          if (left) return;
          left = true;
          clearTimeout(timer);
          await latest;
          if (state) await call("POST", roomPath(roomId, "leave"));
        },
      };
    },

    /** Reads the standing every so often, in place of a stream, and tells it when it has changed. */
    poll(onViewer, { intervalMillis = 5000, onError = () => {} } = {}) {
      let last;
      let timer;
      let ended = false;
      const look = async () => {
        try {
          const { viewer } = await call("GET", "/v1/viewer");
          const text = JSON.stringify(viewer);
          if (!ended && text !== last) onViewer(viewer);
          last = text;
        } catch (error) {
          onError(error);
        }
        if (!ended) timer = setTimeout(look, intervalMillis * (0.8 + 0.4 * Math.random()));
      };
      look();
      return () => {
        ended = true;
        clearTimeout(timer);
      };
    },
  };
}

/** Mini-programs have no crypto; 24 random digits in base 36 with the time are as good as unique for one viewer. */
function newRequestId() {
  const part = () => Math.random().toString(36).slice(2, 14);
  return `mp-${Date.now().toString(36)}-${part()}${part()}`;
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

module.exports = { createFlywheel, FlywheelError };
