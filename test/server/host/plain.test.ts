import { copyOf } from "@zonewarden/server/host/plain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("a copy of plain JSON", () => {
  test("is equal, in the same order", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = copyOf(value);
        expect(copy).toEqual(value);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      }),
    );
  });

  test("has no object in common with the original", () => {
    const value = { list: [{ a: 1 }], inner: { deep: { b: 2 } } };
    const copy = copyOf(value);
    copy.list[0] = { a: 9 };
    copy.inner.deep.b = 9;
    expect(value).toEqual({ list: [{ a: 1 }], inner: { deep: { b: 2 } } });
    expect(copyOf(value).list[0]).not.toBe(value.list[0]);
  });
});
