import { type Command, done, failed } from "../../shell/command.ts";
import { type FileAttribute, setAttributes } from "../filesystem/rules.ts";

/** chmod(1) of illumos, which sets attributes of files as well: `chmod S+ci FILE`. Source: usr/src/cmd/chmod. */

/** Those that the model knows, by their letter in the compact form. */
const LETTERS: Readonly<Record<string, FileAttribute>> = {
  R: "readonly",
  a: "appendonly",
  i: "immutable",
  u: "nounlink",
};
const NAMES: ReadonlySet<string> = new Set(Object.values(LETTERS));

/** `S+ci`, `S-vimmutable`, `S+v{immutable,nounlink}`; undefined for what is none of these. */
function attributesOf(text: string): Partial<Record<FileAttribute, boolean>> | undefined {
  const [, sign, form, what = ""] = /^S([-+])([cv])\{?([A-Za-z,]+)\}?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const names = form === "c" ? [...what].map((letter) => LETTERS[letter] ?? "") : what.split(",");
  if (!names.every((name) => NAMES.has(name))) return undefined;
  return Object.fromEntries(names.map((name) => [name, sign === "+"]));
}

/** @param plain the program that all systems have, for modes */
export function chmodWith(plain: Command): Command {
  return {
    ...plain,
    run(context) {
      const { host, process, args } = context;
      const [mode = "", ...paths] = args;
      if (!mode.startsWith("S")) return plain.run(context);
      const changes = attributesOf(mode);
      if (!changes || paths.length === 0) return failed("chmod: ERROR: invalid mode\n");
      for (const path of paths) {
        const set = setAttributes(host, process, path, changes);
        if (!set.ok)
          return failed(
            `chmod: ERROR: cannot set the following attributes on ${path}: ${host.kernel.shell.strerror(set.errno)}\n`,
            1,
            [set.decision],
          );
      }
      return done();
    },
  };
}
