import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const elasticacheUserNarrow = resourceRule({
  name: "elasticache-user-narrow",
  group: "identity",
  description: "Redis users are made switched off; nobody gets in without a password that an operator has set.",
  severity: "high",
  controls: [],
  mend: 'Begin the access string with "off" (components/data): `operations secrets set` switches the user on.',
  claims: { "aws:elasticache/user:User": ["accessString"] },
  judges: {
    *"aws:elasticache/user:User"({ accessString, noPasswordRequired, authenticationMode }) {
      const off = /^off(\s|$)/.test(accessString);
      const open = noPasswordRequired === true || authenticationMode?.type === "no-password-required";
      yield* unless(off || !open, {
        path: "accessString",
        found: accessString,
        required: '"off …" while no password is required',
      });
    },
  },
});
