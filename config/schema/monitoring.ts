import { block, flag, list, text } from "./fields";

/** Slack's ids, from a channel's details or a workspace's URL. Names would change under the program. */
const slackId = (letters: string, example: string) =>
  text(
    new RegExp(`^[${letters}][A-Z0-9]{7,20}$`),
    `a Slack id: ${[...letters].join(" or ")}, letters, digits`,
    example,
  );
const webAddress = (example: string) =>
  text(/^https:\/\/[^\s/?#@]+(\/[^\s?#]*[^\s?#/])?$/, "an https address without query and slash at its end", example);

export const monitoring = block({
  /** Who is told, and how. None of it holds a key: PagerDuty's is the secret `pager`. */
  pagers: block({
    /**
     * Critical alarms wake the on-call engineer; the alarm path itself is watched from outside.
     * @default false
     */
    pagerDuty: flag(true).default(false),
    /**
     * Amazon Q Developer in chat applications must be authorised for the workspace, by hand, once per account.
     * @default none
     */
    slack: block({
      workspaceId: slackId("T", "T0123456789"),
      channels: block({
        /** Critical alarms only. */
        incidents: slackId("CG", "C0123456781"),
        /** Critical alarms and warnings. */
        onCall: slackId("CG", "C0123456782"),
        /** Warnings and what is good to know. */
        engineering: slackId("CG", "C0123456783"),
      }),
    }).optional(),
    /**
     * Critical alarms, for the day that PagerDuty and Slack are what is broken; without Slack, warnings and the rest as well.
     * Each address has to confirm each topic.
     * @default none
     */
    email: list(text(/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/, "a mail address", "on-call@affiliate-system.com"), {
      max: 5,
      of: "mail addresses",
      example: ["on-call@affiliate-system.com"],
    }).default([]),
    /**
     * Why nobody is woken. Needed outside staging when `pagerDuty` is off, and refused when it is on. Somebody is told all the
     * same: `slack` or `email`.
     * @default none
     */
    none: text(/^.{10,200}$/, "a reason, 10 to 200 characters", "not live before April, nobody is on call").optional(),
  }),
  /** Where the repository's files can be read: each alarm carries a link into docs/incident/ below it. */
  runbookUrl: webAddress("https://github.com/affiliate-system/affiliate-platform/blob/main"),
  /** What visitors and partners look at. It runs elsewhere: it has to work when the platform does not. */
  statusPageUrl: webAddress("https://status.affiliate-system.com"),
  /**
   * Where it is Atlassian Statuspage: `operations status-page` publishes there, with the key in the secret `status-page`.
   * @default none: the texts are published by hand, docs/incident/status-page.md
   */
  statusPage: block({
    /** In the page's own address: manage.statuspage.io/pages/<id>. */
    pageId: text(/^[a-z0-9]{8,20}$/, "a Statuspage page id: small letters and digits", "kctbh9vrtdwd"),
  }).optional(),
});
