import { isInclude, literal, type Section, type Statement } from "@zonewarden/grammars/jail-conf/tree";
import { existsIn, findParameter, isOpenFamily } from "../../../catalog/jail-conf/lookup.ts";
import { advice, isMisspelt, nearFileSystem, suggest } from "../../../catalog/jail-conf/mistakes.ts";
import type { Origin, ResolvedJail } from "../../../configuration/jail-conf/types.ts";
import type { Finding } from "../../finding.ts";
import type { Rule } from "../../rule.ts";
import type { SectionContext, Topic } from "../topic.ts";
import { blocks, elsewhere, parameterName, statements } from "./walk.ts";

const rules: readonly Rule[] = [
  {
    code: "jail/unknown-parameter",
    severity: "error",
    title: "No parameter has this name",
    explanation:
      "jail(8) hands every name that is not its own to the kernel, and a jail with a name that the kernel does not know is not started (`unknown parameter`). Kernel modules may add names at run time, so a name that is like no other is a warning; one that is a letter or two off, or that people are known to write for another, is an error. In the families that modules extend, such as `allow.mount.*`, only a name a letter off is a warning.",
    bad: "web {\n\tpersist;\n\thostname = web.example.org;\n}\n",
    good: "web {\n\tpersist;\n\thost.hostname = web.example.org;\n\tallow.mount.ourfs;\n}\n",
    source: "jail(8), lib/libjail/jail.c",
  },
  {
    code: "jail/read-only-parameter",
    severity: "error",
    title: "The kernel alone sets this parameter",
    explanation:
      "`parent`, `dying`, `children.cur` and `cpuset.id` tell about a running jail (see jls(8)). The kernel refuses a jail that sets one of them.",
    bad: "web {\n\tpersist;\n\tchildren.cur = 0;\n}\n",
    good: "web {\n\tpersist;\n\tchildren.max = 2;\n}\n",
    source: "jail(8), sys/kern/kern_jail.c",
  },
  {
    code: "jail/deprecated-parameter",
    severity: "warning",
    tag: "deprecated",
    title: "The parameter is out of date",
    explanation:
      "It is still accepted, but has a successor or no effect any more. `allow.sysvipc` shares the System V IPC of the host with the jail; `sysvmsg`, `sysvsem` and `sysvshm` with the value `new` give the jail its own. `allow.dying` has had no effect since 15.0.",
    bad: "db {\n\tpersist;\n\tallow.sysvipc;\n}\n",
    good: "db {\n\tpersist;\n\tsysvshm = new;\n}\n",
    source: "jail(8)",
  },
  {
    code: "jail/synonym",
    severity: "information",
    title: "Another spelling of a parameter",
    explanation:
      "The manual calls `command` a synonym of `exec.start`, yet jail(8) keeps two lists and runs that of `command` after that of `exec.start`. One spelling throughout avoids surprises.",
    bad: 'web {\n\tcommand = "/bin/sh /etc/rc";\n}\n',
    good: 'web {\n\texec.start = "/bin/sh /etc/rc";\n}\n',
    source: "jail(8), usr.sbin/jail/command.c",
  },
  {
    code: "jail/not-in-release",
    severity: "warning",
    title: "The chosen release does not have this",
    explanation:
      "The setting `zonewarden.jail.release` says which FreeBSD the files are for. A parameter that came later is unknown there; where it may have been backported, or is only in the development branch, this is mere information. Before 14.0 jail(8) had no `.include`, no blocks within blocks, and took the carriage return of a CRLF line end for a syntax error: these are errors.",
    bad: "web {\n\tpersist;\n\tmac.label = biba/low;\n}\n",
    good: "web {\n\tpersist;\n\tmac.do = disable;\n}\n",
    source: "jail(8), usr.sbin/jail/jailparse.y, usr.sbin/jail/jaillex.l",
  },
  {
    code: "jail/ignored-negation",
    severity: "warning",
    title: "`no` stands in the wrong place",
    explanation:
      "jail(8) accepts `nomount.devfs` as a spelling of `mount.devfs`, but looks for the `no` only behind the last dot: the parameter is switched **on**. The spelling that switches it off is `mount.nodevfs`.",
    bad: "web {\n\tpersist;\n\tpath = /jails/web;\n\tnomount.devfs;\n}\n",
    good: "web {\n\tpersist;\n\tpath = /jails/web;\n\tmount.nodevfs;\n}\n",
    source: "usr.sbin/jail/config.c (bool_param)",
  },
  {
    code: "jail/meta-key-collision",
    severity: "warning",
    title: "Two keys that jail(8) takes for one",
    explanation:
      "jail(8) compares names without a `no` in front of the part behind a dot, also where it is no negation: `meta.tes` and `meta.notes` are the same parameter, and the later statement replaces the earlier one.",
    bad: 'web {\n\tpersist;\n\tmeta.tes = "1";\n\tmeta.notes = "2";\n}\n',
    good: 'web {\n\tpersist;\n\tmeta.test = "1";\n\tmeta.notes = "2";\n}\n',
    source: "usr.sbin/jail/config.c (equalopts)",
  },
  {
    code: "jail/include-operator",
    severity: "warning",
    title: "`.include` with an operator",
    explanation:
      'With `=` or `+=`, `.include` is an ordinary parameter that no kernel knows: nothing is read, and the jails are not started. Write `.include "file";`.',
    bad: {
      "jail.conf": '.include = "more.conf";\nweb {\n\tpersist;\n}\n',
      "more.conf": "exec.clean;\n",
    },
    good: { "jail.conf": '.include "more.conf";\nweb {\n\tpersist;\n}\n', "more.conf": "exec.clean;\n" },
    source: "jail.conf(5), usr.sbin/jail/jailparse.y",
  },
];

/** What is wrong with the names of parameters, whatever their values. */
export const names: Topic = {
  rules,
  *section(section, context) {
    for (const [statement] of statements(section)) yield* checkName(statement, context);
    if (context.release < 14) yield* beforeFourteen(section, context);
  },
  jail: collisions,
  *configuration({ configuration, release }) {
    if (release >= 14) return;
    for (const document of configuration.documents) {
      for (const section of document.sections) {
        const at = carriageReturn(section, document.text);
        if (at < 0) continue;
        yield {
          code: "jail/not-in-release",
          severity: "error",
          origin: { document, section, range: { start: at, end: at + 1 } },
          message:
            "The lines end with CR LF, which jail(8) does not accept before 14.0: save the file with LF.",
        };
        break;
      }
    }
  },
};

function* checkName(statement: Statement, context: SectionContext): Generator<Finding> {
  const origin = context.at(statement.name);
  if (isInclude(statement)) {
    if (context.release < 14)
      yield {
        code: "jail/not-in-release",
        severity: "error",
        origin,
        message: "`.include` exists since 14.0: before, it is an unknown parameter.",
      };
    return;
  }
  const name = parameterName(statement);
  if (name === undefined) return;
  if (name === ".include") {
    yield operatorOfInclude(statement, context);
    return;
  }
  const named = findParameter(name);
  if (!named) {
    if (isOpenFamily(name)) yield* nearlyKnown(name, origin);
    else
      yield {
        code: "jail/unknown-parameter",
        origin,
        ...(!isMisspelt(name) && positive(name) === undefined && { severity: "warning" }),
        ...unknown(name),
      };
    return;
  }
  const { parameter, oddNegation } = named;
  if (oddNegation) {
    const off = parameter.negation;
    yield {
      code: "jail/ignored-negation",
      origin,
      message: `\`${name}\` means the same as \`${parameter.name}\`: the \`no\` has no effect here${off ? `, write \`${off}\`` : ""}.`,
      ...(off && statement.values.length === 0 && { replacement: off }),
    };
  }
  if (parameter.change === "read-only")
    yield {
      code: "jail/read-only-parameter",
      origin,
      message: `\`${parameter.name}\` is read-only: the kernel sets it and refuses a jail that does.`,
    };
  if (parameter.deprecated && (parameter.name !== "allow.dying" || context.release >= 15))
    yield {
      code: "jail/deprecated-parameter",
      origin,
      message: `\`${parameter.name}\` is out of date. ${parameter.deprecated}`,
    };
  if (parameter.synonymOf)
    yield {
      code: "jail/synonym",
      origin,
      message: `\`${name}\` is another name for \`${parameter.synonymOf}\`, kept as a list of its own that runs later.`,
    };
  const exists = existsIn(parameter, context.release);
  if (exists !== "yes") {
    const { release } = parameter.since;
    // Where the release itself has it, it is not certain whether from its first version on.
    const surely = Number.parseInt(release, 10) === context.release ? "probably exists" : "exists";
    const came = release.startsWith("after") ? `came ${release}` : `${surely} since ${release}`;
    yield {
      code: "jail/not-in-release",
      origin,
      ...(exists === "unsure" && { severity: "information" }),
      message:
        exists === "no"
          ? `\`${parameter.name}\` ${came}: FreeBSD ${context.release} does not know it.`
          : `\`${parameter.name}\` ${came}: FreeBSD ${context.release} may not know it.`,
    };
  }
}

function* nearlyKnown(name: string, origin: Origin): Generator<Finding> {
  const near = nearFileSystem(name);
  if (near)
    yield {
      code: "jail/unknown-parameter",
      severity: "warning",
      origin,
      message: `There is no parameter \`${name}\` unless a kernel module brings it: did you mean \`${near}\`?`,
      replacement: near,
    };
}

function unknown(name: string): { message: string; replacement?: string } {
  const better = advice(name);
  if (better) return { message: `There is no parameter \`${name}\`. ${better}` };
  const negated = positive(name);
  if (negated)
    return {
      message: `There is no parameter \`${name}\`: \`${negated}\` is no boolean and has no \`no\` form.`,
    };
  const suggestions = suggest(name);
  const [first] = suggestions;
  if (!first)
    return {
      message: `There is no parameter \`${name}\`: jail(8) will refuse it unless a kernel module brings it.`,
    };
  const list = suggestions.map((suggestion) => `\`${suggestion}\``).join(" or ");
  return {
    message: `There is no parameter \`${name}\`: did you mean ${list}?`,
    ...(suggestions.length === 1 && { replacement: first }),
  };
}

/** The parameter of which this is the name with a `no`, though it has no such form. */
function positive(name: string): string | undefined {
  const last = name.lastIndexOf(".") + 1;
  if (!name.startsWith("no", last)) return undefined;
  const rest = name.slice(0, last) + name.slice(last + 2);
  return findParameter(rest)?.parameter.name === rest ? rest : undefined;
}

function operatorOfInclude(statement: Statement, context: SectionContext): Finding {
  const { operatorStart, operator } = statement;
  if (operatorStart === undefined || !operator)
    return {
      code: "jail/unknown-parameter",
      origin: context.at(statement.name),
      message: '`.include` needs the name of a file: `.include "file";`.',
    };
  const end = operatorStart + operator.length;
  const blank = /\s/.test(context.slice({ start: operatorStart - 1, end: operatorStart }));
  return {
    code: "jail/include-operator",
    origin: context.at({ start: operatorStart, end }),
    message: `\`.include\` is written without \`${operator}\`: so it is an unknown parameter, and nothing is read.`,
    replacement: blank ? "" : " ",
  };
}

function* beforeFourteen(section: Section, context: SectionContext): Generator<Finding> {
  for (const [block, around] of blocks(section.items))
    if (around.length > 0)
      yield {
        code: "jail/not-in-release",
        severity: "error",
        origin: context.at(block.name ?? { start: block.open, end: block.open + 1 }),
        message: `A block within a block is a syntax error before 14.0: name the jail in full${fullName([...around, block])}.`,
      };
}

function fullName(path: readonly { readonly name: Parameters<typeof literal>[0] }[]): string {
  const parts = path.map((block) => literal(block.name));
  return parts.includes(undefined) ? "" : `, \`"${parts.join(".")}" { ... }\``;
}

const carriageReturns = new WeakMap<Section, number>();

/** Offset of the first CR that ends a line behind a statement or brace, or -1. */
function carriageReturn(section: Section, text: string): number {
  let at = carriageReturns.get(section);
  if (at === undefined) {
    at = -1;
    for (const match of text
      .slice(section.start, section.start + section.length)
      .matchAll(/(?:[;{}][ \t]*|^)\r\n/gm)) {
      const end = match.index + match[0].length - 2;
      if (section.comments.some((comment) => comment.start <= end && end < comment.end)) continue;
      at = end;
      break;
    }
    carriageReturns.set(section, at);
  }
  return at;
}

/** Names that differ by a `no` which is no negation, and so replace each other. */
function* collisions(jail: ResolvedJail): Generator<Finding> {
  for (const parameter of jail.parameters) {
    if (!parameter.name.startsWith("meta.") && !parameter.name.startsWith("env.")) continue;
    const { contributions } = parameter;
    for (let i = 1; i < contributions.length; i++) {
      const [before, after] = [contributions[i - 1]?.setting, contributions[i]?.setting];
      if (!before || !after || before.name === after.name) continue;
      yield {
        code: "jail/meta-key-collision",
        origin: elsewhere(after.origin, after.node.name),
        message: `jail(8) takes \`${after.name}\` and \`${before.name}\` for the same key: the later statement replaces the earlier.`,
        related: [
          { origin: elsewhere(before.origin, before.node.name), message: `\`${before.name}\` is set here.` },
        ],
      };
    }
  }
}
