import type { User } from "@aws-sdk/client-elasticache";

/** A fake of ElastiCache's users, written after its API reference: moto has no ModifyUser. */
export interface FakeUsers {
  /** A user as the program makes it: switched off, without a password. */
  create(id: string, accessString: string): void;
  get(id: string): { readonly accessString: string; readonly passwords: readonly string[] } | undefined;
  clear(): void;
  /** The answer to a form-encoded request about users; nothing for any other request. */
  answer(form: string): { status: number; body: string } | undefined;
}

interface Kept {
  accessString: string;
  passwords: string[];
  noPassword: boolean;
  /** Answers of DescribeUsers that still say "modifying". */
  settling: number;
}

export function elastiCacheUsers(): FakeUsers {
  const users = new Map<string, Kept>();
  return {
    create(id, accessString) {
      users.set(id, { accessString, passwords: [], noPassword: true, settling: 0 });
    },
    get: (id) => users.get(id),
    clear: () => users.clear(),
    answer(form) {
      const asked = new URLSearchParams(form);
      const action = asked.get("Action");
      if (action !== "DescribeUsers" && action !== "ModifyUser") return undefined;
      const id = asked.get("UserId") ?? "";
      const user = users.get(id);
      if (user === undefined) return fault(404, "UserNotFound", `User ${id} not found.`);
      if (action === "ModifyUser") {
        const refused = modify(user, asked);
        if (refused !== undefined) return refused;
      } else if (user.settling > 0) {
        user.settling -= 1;
      }
      const content = describe(id, user);
      return answered(action, action === "DescribeUsers" ? `<Users><member>${content}</member></Users>` : content);
    },
  };
}

function modify(user: Kept, asked: URLSearchParams) {
  if (user.settling > 0) return fault(400, "InvalidUserState", "User is not in active state.");
  const passwords = [...asked]
    .filter(([key]) => key.startsWith("AuthenticationMode.Passwords"))
    .map(([, text]) => text);
  // AWS's own message quotes nothing; this one does, as its validation of other fields would.
  const short = passwords.find((text) => text.length < 16 || text.length > 128);
  if (short !== undefined) return fault(400, "InvalidParameterValue", `Password "${short}" must be 16-128 characters.`);
  if (passwords.length > 2) return fault(400, "InvalidParameterValue", "A user can have at most two passwords.");
  user.accessString = asked.get("AccessString") ?? user.accessString;
  if (asked.get("AuthenticationMode.Type") === "password") Object.assign(user, { passwords, noPassword: false });
  user.settling = 2;
  return undefined;
}

function describe(id: string, { accessString, passwords, noPassword, settling }: Kept): string {
  const user = {
    UserId: id,
    UserName: id.split("-").at(-1),
    Status: settling > 0 ? "modifying" : "active",
    Engine: "redis",
    AccessString: accessString,
    Authentication: { Type: noPassword ? "no-password" : "password", PasswordCount: passwords.length },
    ARN: `arn:aws:elasticache:ap-northeast-1:123456789012:user:${id}`,
  } satisfies User;
  return xml(user);
}

function xml(value: object): string {
  return Object.entries(value)
    .map(([key, entry]: [string, unknown]) => {
      const text = typeof entry === "object" && entry !== null ? xml(entry) : String(entry);
      return `<${key}>${text.replaceAll("&", "&amp;")}</${key}>`;
    })
    .join("");
}

const NAMESPACE = "http://elasticache.amazonaws.com/doc/2015-02-02/";

function answered(action: string, content: string) {
  const result = `<${action}Result>${content}</${action}Result>`;
  return { status: 200, body: `<${action}Response xmlns="${NAMESPACE}">${result}</${action}Response>` };
}

function fault(status: number, code: string, message: string) {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body: `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>fake</RequestId></ErrorResponse>` };
}
