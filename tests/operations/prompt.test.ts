import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createPrompt } from "../../operations/prompt";
import type { Terminal } from "../../operations/terminal";

/** A terminal's keyboard that remembers when the terminal itself showed what was typed. */
function keyboard(typed: string) {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  input.write(typed);
  const shown: string[] = [];
  const screen = { ask: (text: string) => shown.push(text), say: () => shown.push("\n") };
  return { prompt: createPrompt(input, screen as unknown as Terminal), raw, shown };
}

describe("questions whose answers are not shown", () => {
  it("are unseen as a whole: the terminal shows nothing in the moment between two of them", async () => {
    const { prompt, raw, shown } = keyboard("first\rsecond\r");
    const answers = await prompt.unseen(async () => [await prompt.hidden("one? "), await prompt.hidden("two? ")]);
    expect(answers).toEqual(["first", "second"]);
    expect(raw).toEqual([true, true, false]);
    expect(shown.join("")).toBe("one? \ntwo? \n");
  });

  it("give the terminal back when one of them fails", async () => {
    const { prompt, raw } = keyboard("\u0003");
    await expect(prompt.unseen(() => prompt.hidden("one? "))).rejects.toThrow("Interrupted");
    expect(raw.at(-1)).toBe(false);
  });

  it("alone give it back after each", async () => {
    const { prompt, raw } = keyboard("first\r");
    expect(await prompt.hidden("one? ")).toBe("first");
    expect(raw).toEqual([true, false]);
  });
});
