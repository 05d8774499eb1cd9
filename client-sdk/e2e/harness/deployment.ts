import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findJava } from "./java.js";
import { answers, freePorts, Running } from "./process.js";
import { SECRET } from "./tokens.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Through what browsers reach the service. */
export type Door = "edge" | "envoy";

/** One server with a database of its own and, for the door "envoy", the gateway in front of it. */
export class Deployment {
  private readonly folder = mkdtempSync(join(tmpdir(), "flywheel-e2e-"));
  private server: Running | undefined;
  private gateway: Running | undefined;

  private constructor(
    readonly door: Door,
    private readonly grpcPort: number,
    private readonly httpPort: number,
    private readonly gatewayPort: number,
    private readonly adminPort: number,
    /** Where a page may be served from that calls across origins. */
    readonly shopPort: number,
  ) {}

  static async start(door: Door): Promise<Deployment> {
    const ports = (await freePorts(5)) as [number, number, number, number, number];
    const deployment = new Deployment(door, ...ports);
    try {
      await deployment.startServer();
      if (door === "envoy") await deployment.startGateway();
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  /** Where browsers find it. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.door === "edge" ? this.httpPort : this.gatewayPort}`;
  }

  async startServer(): Promise<void> {
    this.server = Running.start("the server", findJava(), [
      "-Xmx768m",
      "-jar",
      join(repository, "server/target/flywheel-server.jar"),
      `--database.data-dir=${join(this.folder, "data")}`,
      "--grpc.host=127.0.0.1",
      `--grpc.port=${this.grpcPort}`,
      "--http.host=127.0.0.1",
      `--http.port=${this.httpPort}`,
      `--http.allowed-origins=http://127.0.0.1:${this.shopPort}`,
      `--auth.jwt-secret=${SECRET}`,
    ]);
    await this.server.until(() => answers(`http://127.0.0.1:${this.httpPort}/readyz`), 180);
  }

  /** Ends the server: with SIGTERM as a deployment does, with SIGKILL as a crash does. */
  async stopServer(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.server?.stop(signal);
  }

  async stop(): Promise<void> {
    await this.gateway?.stop();
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startGateway(): Promise<void> {
    const secretFile = join(this.folder, "jwt.secret");
    writeFileSync(secretFile, SECRET);
    this.gateway = Running.start("the gateway", join(repository, "envoy/run.sh"), [
      "run",
      `--servers=127.0.0.1:${this.grpcPort}`,
      `--edges=127.0.0.1:${this.httpPort}`,
      "--address=127.0.0.1",
      `--port=${this.gatewayPort}`,
      `--admin-port=${this.adminPort}`,
      "--tls=off",
      "--workers=2",
      "--drain-seconds=1",
      `--jwt-secret-file=${secretFile}`,
      ...(process.env["FLYWHEEL_ENVOY"] ? [`--envoy=${process.env["FLYWHEEL_ENVOY"]}`] : []),
      `--origins=http://127.0.0.1:${this.shopPort}`,
    ]);
    await this.gateway.until(() => answers(`${this.baseUrl}/console/`), 60);
  }
}
