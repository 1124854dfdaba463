/** What SNS hands over of a notification. */
export interface Notification {
  readonly topicArn: string;
  readonly messageId: string;
  readonly message: string;
}

/** PagerDuty's Events API v2, as far as it is used. */
export interface PagerEvent {
  readonly event_action: "trigger" | "resolve";
  /** What belongs to one alarm: PagerDuty opens one incident for it, and closes that one. At most 255 characters. */
  readonly dedup_key: string;
  readonly payload?: {
    /** At most 1024 characters. */
    readonly summary: string;
    readonly source: string;
    readonly severity: "critical";
    readonly timestamp?: string;
    readonly component: string;
    /** PagerDuty can merge by it what one fault sets off in two regions. */
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
}

interface Alarm {
  readonly AlarmName: string;
  readonly NewStateValue: string;
  readonly AlarmArn?: string;
  readonly AlarmDescription?: string | null;
  readonly NewStateReason?: string;
  readonly StateChangeTime?: string;
  readonly AWSAccountId?: string;
  /** Of composites: the alarms that made it ring. */
  readonly TriggeringChildren?: readonly { readonly Arn?: string }[];
}

function isAlarm(value: unknown): value is Alarm {
  if (typeof value !== "object" || value === null) return false;
  const { AlarmName, NewStateValue } = value as Record<string, unknown>;
  return typeof AlarmName === "string" && typeof NewStateValue === "string";
}

/**
 * An alarm's notification as PagerDuty takes it; undefined for a state that is nobody's business at night. What is no
 * alarm pages as it stands: somebody published it to the topic that wakes people.
 */
export function pagerEvent(notification: Notification, environment: string): PagerEvent | undefined {
  const alarm = parsed(notification.message);
  if (!isAlarm(alarm)) return unknownEvent(notification, environment);
  const dedup_key = alarm.AlarmArn ?? alarm.AlarmName;
  if (alarm.NewStateValue === "OK") return { event_action: "resolve", dedup_key: short(dedup_key, 255) };
  if (alarm.NewStateValue !== "ALARM") return undefined;

  const lines = (alarm.AlarmDescription ?? "").split("\n").filter((line) => line !== "");
  const links = lines.flatMap((line) => {
    const [, text, href] = /^([^:]+): (https:\/\/\S+)$/.exec(line) ?? [];
    return text !== undefined && href !== undefined ? [{ href, text }] : [];
  });
  return {
    event_action: "trigger",
    dedup_key: short(dedup_key, 255),
    payload: {
      summary: short(`[${environment}] ${lines[0] ?? alarm.AlarmName}`, 1024),
      source: [alarm.AWSAccountId, regionOf(notification.topicArn)].filter(Boolean).join(" "),
      severity: "critical",
      ...(alarm.StateChangeTime !== undefined && { timestamp: alarm.StateChangeTime }),
      component: alarm.AlarmName,
      group: `affiliate-${environment}`,
      class: "CloudWatch alarm",
      custom_details: {
        alarm: alarm.AlarmName,
        alarms: (alarm.TriggeringChildren ?? []).flatMap(({ Arn }) => Arn?.split(":").at(-1) ?? []),
        description: lines.slice(0, 2).join("\n"),
        reason: short(alarm.NewStateReason ?? "", 2000),
      },
    },
    links,
  };
}

function unknownEvent({ message, messageId, topicArn }: Notification, environment: string): PagerEvent {
  return {
    event_action: "trigger",
    dedup_key: messageId,
    payload: {
      summary: short(`[${environment}] ${message.trim() || "An empty message"}`, 1024),
      source: topicArn,
      severity: "critical",
      component: "SNS",
      group: `affiliate-${environment}`,
      class: "message",
      custom_details: { message: short(message, 4000) },
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By characters and not by UTF-16 units: half an emoji is no JSON that PagerDuty takes. */
function short(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("")}…`;
}

const regionOf = (topicArn: string): string => topicArn.split(":")[3] ?? "";
