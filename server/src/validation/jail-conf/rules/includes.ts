import type { Include } from "../../../configuration/jail-conf/types.ts";
import type { Finding, Related } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import { recognise } from "../foreign.ts";
import type { Topic } from "../topic.ts";
import { quoted, written } from "./walk.ts";

const CONFIG = "jail.conf(5), usr.sbin/jail/config.c (include_config)";

const rules: readonly Rule[] = [
  {
    code: "jail/include-missing",
    severity: "information",
    title: "An included file is not here",
    explanation:
      "If a plain name does not exist, jail(8) ends and starts nothing. It may well exist on the machine that the files are for, so this is only information. A pattern without a match is fine: `file[.]conf` makes an include optional.",
    bad: '.include "/etc/jail.local.conf";\nweb {\n\tpersist;\n}\n',
    good: { "jail.conf": '.include "local.conf";\nweb {\n\tpersist;\n}\n', "local.conf": "exec.clean;\n" },
    source: CONFIG,
  },
  {
    code: "jail/include-unmatched",
    severity: "hint",
    title: "A pattern matches no file here",
    explanation:
      "A pattern that matches nothing is no mistake for jail(8). On the machine there may be files.",
    bad: '.include "jail.d/*.conf";\nweb {\n\tpersist;\n}\n',
    good: { "jail.conf": '.include "jail.d/*.conf";\n', "jail.d/web.conf": "web {\n\tpersist;\n}\n" },
    source: CONFIG,
  },
  {
    code: "jail/include-variable",
    severity: "error",
    title: "A variable in the name of an included file",
    explanation: "Files are read before variables have values, so jail(8) refuses a variable here.",
    bad: '$base = "/etc";\n.include "$base/more.conf";\nweb {\n\tpersist;\n}\n',
    good: {
      "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n\tpath = $base;\n}\n',
      "more.conf": "$base = /jails;\n",
    },
    source: CONFIG,
  },
  {
    code: "jail/include-loop",
    severity: "error",
    title: "Files include each other",
    explanation:
      "Files may include each other 32 levels deep; a file that includes itself, also by way of others, gets there.",
    bad: {
      "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n}\n',
      "more.conf": '.include "jail.conf";\n',
    },
    good: {
      "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n}\n',
      "more.conf": '.include "last.conf";\n',
      "last.conf": "exec.clean;\n",
    },
    source: CONFIG,
  },
  {
    code: "jail/include-broken",
    severity: "warning",
    title: "An included file has syntax errors",
    explanation: "After a file with a syntax error jail(8) ends: nothing of this configuration takes effect.",
    bad: { "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n}\n', "more.conf": "exec.clean\n" },
    good: { "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n}\n', "more.conf": "exec.clean;\n" },
    source: CONFIG,
  },
  {
    code: "jail/not-included",
    severity: "information",
    title: "A file that `jail -c` does not read by itself",
    explanation:
      "Files in `jail.conf.d` are read by `jail -c` only where `jail.conf` has an `.include` for them. The rc script reads `jail.conf.d/NAME.conf` for the jail NAME, and then alone: the globals of `jail.conf` do not hold in it.",
    bad: { "jail.conf.d/web.conf": "web {\n\tpath = /jails/web;\n\tpersist;\n}\n" },
    good: {
      "jail.conf": '.include "jail.conf.d/*.conf";\n',
      "jail.conf.d/web.conf": "web {\n\tpath = /jails/web;\n\tpersist;\n}\n",
    },
    source: "libexec/rc/rc.d/jail",
  },
  {
    code: "jail/foreign-file",
    severity: "information",
    title: "The file belongs to another program",
    explanation:
      "Its name is one of jail.conf(5), but its content is of another kind: the `jail.conf` of fail2ban, a script or a template that makes such files, or the configuration of another jail manager. It is not checked.",
    bad: "[DEFAULT]\nbantime = 10m\n\n[sshd]\nenabled = true\nfilter = sshd\nlogpath = /var/log/auth.log\n",
    good: '# [DEFAULT]\n$bantime = 10m;\nsshd {\n\tpersist;\n\texec.poststart = "echo $bantime";\n}\n',
    source: "fail2ban, jail.conf(5)",
  },
];

/** A main file that lies where only parts of one are expected. */
const IN_FOLDER = /(?:^|\/)jail\.conf\.d\/[^/]+\.conf$/;

/** What comes of `.include`, and files that are no jail.conf at all. */
export const includes: Topic = {
  rules,
  *configuration({ configuration }) {
    for (const document of configuration.documents) {
      const message = recognise(document.text);
      const [section] = document.sections;
      if (message === undefined || !section) continue;
      const newline = document.text.indexOf("\n");
      const end = newline < 0 ? document.text.length : newline;
      yield { code: "jail/foreign-file", origin: { document, section, range: { start: 0, end } }, message };
    }
    const [first] = configuration.jails;
    if (
      first &&
      IN_FOLDER.test(configuration.root.path) &&
      first.block.origin.document === configuration.root
    )
      yield {
        code: "jail/not-included",
        origin: first.block.origin,
        message:
          "No jail.conf that includes this file was found: `jail -c` does not read it, and rc.d/jail reads it alone.",
      };
    const seen = new Set<object>();
    for (const include of configuration.includes) {
      const { problem, origin } = include;
      if (!problem || seen.has(origin.range)) continue;
      seen.add(origin.range);
      yield found(include);
    }
  },
};

function found({ problem, origin, pattern, files }: Include): Finding {
  const name = quoted(pattern ?? written(origin));
  switch (problem) {
    case "missing":
      return {
        code: "jail/include-missing",
        origin,
        message: `There is no file ${name} here: jail(8) ends if it is missing on the machine too.`,
      };
    case "large":
      return {
        code: "jail/include-missing",
        origin,
        message: `Not all of ${name} is looked at: it is more than any configuration has.`,
      };
    case "unmatched":
      return { code: "jail/include-unmatched", origin, message: `No file here matches ${name}.` };
    case "variable":
      return {
        code: "jail/include-variable",
        origin,
        message: "`.include` takes no variables: write the name in full.",
      };
    case "depth":
      return {
        code: "jail/include-loop",
        origin,
        message: `${name} is included more than 32 levels deep: do the files include each other?`,
      };
    default:
      return {
        code: "jail/include-broken",
        origin,
        message: `An included file has syntax errors, so jail(8) takes nothing of this configuration.`,
        related: firstErrors(files),
      };
  }
}

/** The first syntax error of each file, at most three. */
function firstErrors(files: Include["files"]): Related[] {
  const related: Related[] = [];
  for (const document of files) {
    const section = document.sections.find(({ errors }) => errors.length > 0);
    const error = section?.errors[0];
    if (!section || !error) continue;
    related.push({ origin: { document, section, range: error }, message: error.message });
    if (related.length === 3) break;
  }
  return related;
}
