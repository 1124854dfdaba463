import type { Aws } from "./aws";
import { errorName } from "./aws";
import { Failure } from "./failure";

/** Calls one of the platform's functions and hands back what it answered; a function that failed is a failure here. */
export async function invoke(aws: Aws, functionName: string, payload: unknown, advice: string): Promise<unknown> {
  const client = await aws.lambda();
  try {
    const { Payload, FunctionError } = await client.invoke({
      FunctionName: functionName,
      Payload: JSON.stringify(payload),
    });
    const answer: unknown = Payload === undefined ? undefined : JSON.parse(new TextDecoder().decode(Payload));
    if (FunctionError === undefined) return answer;
    const { errorMessage = "it did not say why" } = (answer ?? {}) as { errorMessage?: string };
    throw new Failure("failed", `The function ${functionName} failed: ${errorMessage}`, advice);
  } catch (error) {
    if (errorName(error) !== "ResourceNotFoundException") throw error;
    throw new Failure("refused", `There is no function ${functionName}.`, "The program makes it: npm run up");
  }
}

/** Rejects as soon as the command is told to end. */
export function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
