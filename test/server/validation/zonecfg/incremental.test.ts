import { dialects } from "@zonewarden/grammars/zonecfg/dialect";
import { ZoneDocument } from "@zonewarden/grammars/zonecfg/document";
import { reported } from "@zonewarden/server/configuration/zonecfg/report";
import { run } from "@zonewarden/server/configuration/zonecfg/run";
import { analyse } from "@zonewarden/server/validation/zonecfg/analysis";
import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../properties.ts";

const RESOURCES = [
  "add net\nset physical=net0\nset allowed-address=192.0.2.1/24\nset defrouter=192.0.2.254\nend\n",
  "add net\nset physical=net1\nend\n",
  "add net\nset physical=net2\nset defrouter=192.0.2.254\nend\n",
  "add net\nset physical=net2\nset allowed-address=192.0.2.2/24\nend\n",
  "add fs\nset dir=/a\nset special=/etc\nset type=lofs\nend\n",
  "add fs\nset dir=/b\nset special=/tank/b\nset type=lofs\nadd options ro,nodevices\nend\n",
  "add dataset\nset name=tank/a\nend\n",
  "add attr\nset name=a\nset type=string\nset value=x\nend\n",
  "add attr\nset name=kernel-version\nset type=string\nset value=1\nend\n",
  "add rctl\nset name=zone.max-lwps\nadd value (priv=privileged,limit=500,action=deny)\nend\n",
  "add device\nset match=/dev/rdsk/*\nend\n",
  "select fs dir=/a\nset special=/tank/c\nend\n",
  "add net\nset phsyical=net0\nset defrouter=192.0.2.254\nend\n",
  "add net\nset physical=net2\nset alowed-address=192.0.2.3/24\nst defrouter=192.0.2.254\nend\n",
  "ad net\nset physical=net3\nend\n",
  "add fs\nset dir=/c\nned\n",
  "craete -b\n",
  "set ip-tpye=shared\n",
  "remove net physical=net1\n",
  "commit\n",
  "set max-lwps=900\n",
  "set pool=web\n",
  "create -b\nset brand=lx\nset zonepath=/zones/b\nset ip-type=exclusive\n",
];
const INSERTS = [
  "",
  "x",
  "/",
  "1",
  "9",
  " ",
  "\n",
  "#",
  "end\n",
  "net1",
  "net2",
  "/a",
  '"',
  "set ",
  "lx",
  "=",
  ".",
];

/** An editor's view of a document, and all that is made of it. */
class Editor {
  text: string;
  private readonly tree: ZoneDocument;
  private readonly document: {
    path: string;
    readonly text: string;
    readonly sections: ZoneDocument["sections"];
  };

  constructor(text: string) {
    this.text = text;
    this.tree = ZoneDocument.parse(text, dialects.any);
    const { tree } = this;
    this.document = {
      path: "test.zonecfg",
      get text() {
        return tree.text;
      },
      get sections() {
        return tree.sections;
      },
    };
  }

  edit(start: number, length: number, insert: string) {
    const oldEnd = Math.min(this.text.length, start + length);
    this.text = this.text.slice(0, start) + insert + this.text.slice(oldEnd);
    this.tree.edit(this.text, { start, oldEnd, newEnd: start + insert.length });
  }

  seen() {
    const configuration = run(this.document, { platform: undefined, lenient: true });
    const findings = analyse(configuration)
      .map(({ code, message, severity, origin: { section, range } }) => {
        const start = section.start + range.start;
        return `${start}-${section.start + range.end} ${code} ${severity} ${message}`;
      })
      .sort();
    return { findings, zones: configuration.parts.map(reported) };
  }
}

it("after edits finds and makes what a fresh look does", () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(3),
    insert: fc.constantFrom(...INSERTS),
  });
  const body = fc.array(fc.constantFrom(...RESOURCES), { minLength: 3, maxLength: 14 });
  fc.assert(
    fc.property(body, fc.array(edit, { minLength: 1, maxLength: 8 }), (resources, edits) => {
      const head = "create -b\nset zonepath=/zones/a\nset brand=ipkg\nset ip-type=exclusive\n";
      const editor = new Editor(head + resources.join(""));
      editor.seen();
      for (const { at, length, insert } of edits) {
        editor.edit(Math.floor(at * editor.text.length), length, insert);
        expect(editor.seen(), editor.text).toEqual(new Editor(editor.text).seen());
      }
    }),
    { numRuns: runs(400) },
  );
});
