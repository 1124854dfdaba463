import type { Terminal } from "../terminal";
import type { ServiceKey } from "./services";

/** Where the course of a deployment is shown: each event as a line with its time, and on a terminal how it stands. */
export interface View {
  event(service: ServiceKey | "release" | "rollback", text: string): void;
  frame(service: ServiceKey, lines: readonly string[]): void;
  /** Leaves the last frame where it is. */
  end(): void;
}

export async function createView(terminal: Terminal): Promise<View> {
  const live = await terminal.liveRegion();
  const frames = new Map<ServiceKey, readonly string[]>();
  const began = Date.now();
  const draw = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    live?.draw([
      ...[...frames].flatMap(([service, lines]) => lines.map((line) => `  ${service.padEnd(9)} ${line}`)),
      `  ${seconds} s`,
    ]);
  };
  return {
    event(service, text) {
      live?.clear();
      // In UTC, as AWS's own logs and events are.
      terminal.say(`${new Date().toISOString().slice(0, 19)}Z  ${service.padEnd(9)} ${text}`);
      if (frames.size > 0) draw();
    },
    frame(service, lines) {
      frames.set(service, lines);
      draw();
    },
    end: () => live?.done(),
  };
}
