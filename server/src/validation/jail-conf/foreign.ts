/** How much of a file is looked at: other kinds of files show what they are at their beginning. */
const HEAD = 16_384;

/**
 * Says of a text that it is no jail.conf(5) at all, though its name is one: a sentence for the user, or `undefined`.
 * Only where there is no doubt, for nothing else is then said about the file.
 */
export function recognise(text: string): string | undefined {
  const script =
    /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?(\w*sh|python[\d.]*|perl|ruby|lua\w*|awk|tclsh|node|php)\b/.exec(
      text,
    );
  if (script) return `This is a script for \`${script[1]}\`, not a jail.conf(5) file: it is not checked.`;
  const head = text.slice(0, HEAD);
  // A header of INI files can never be part of a jail.conf: `[` and `]` are letters there, but a `;` must come.
  const sections = head.match(/^\[[\w -]+\][ \t\r]*$/gm)?.length ?? 0;
  if (sections > 0 && !/^[^#\n]*;[ \t]*(?:#.*)?\r?$/m.test(head)) {
    const fail2ban =
      /^\s*(?:bantime|findtime|maxretry|logpath|banaction|ignoreip|filter|jailname|backend)\s*=/m.test(head);
    return fail2ban
      ? "This is the `jail.conf` of fail2ban, not that of FreeBSD's jail(8): it is not checked."
      : "This is an INI file with `[sections]`, not a jail.conf(5) file: it is not checked.";
  }
  if (/^\s*\{\s*"[^"\n]*"\s*:/.test(head))
    return "This is a JSON file, not a jail.conf(5) file: it is not checked.";
  if (/^\s*<\?(?:xml|php)\b/.test(head)) return "This is not a jail.conf(5) file: it is not checked.";
  // YAML says so itself, and has no semicolons.
  if (/^---[ \t\r]*\n/.test(head) && !head.includes(";"))
    return "This is a YAML file, not a jail.conf(5) file: it is not checked.";
  // A tag of Jinja or ERB on a line of its own: a block of a jail.conf has a name before its brace.
  if (/^[ \t]*(?:\{%.*%\}|<%.*%>)[ \t]*\r?$/m.test(head))
    return "This is a template that a jail.conf(5) file is made from: it is not checked.";
  return undefined;
}
