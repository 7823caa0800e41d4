package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code a.name}, {@code a[index]} and {@code a[start:stop:step]}. What is not there is undefined, but nothing is had of the undefined. */
final class Items {

    /** Methods and attributes that Python's own types have: they come before a dictionary's keys. */
    private static final Map<String, Set<String>> OWN = Map.of(
            "dict",
            Set.of(
                    "clear",
                    "copy",
                    "fromkeys",
                    "get",
                    "items",
                    "keys",
                    "pop",
                    "popitem",
                    "setdefault",
                    "update",
                    "values"),
            "list",
            Set.of("append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"),
            "tuple",
            Set.of("count", "index"),
            "range",
            Set.of("count", "index", "start", "step", "stop"),
            "str",
            Set.of(
                    "capitalize",
                    "casefold",
                    "center",
                    "count",
                    "encode",
                    "endswith",
                    "expandtabs",
                    "find",
                    "format",
                    "format_map",
                    "index",
                    "isalnum",
                    "isalpha",
                    "isascii",
                    "isdecimal",
                    "isdigit",
                    "isidentifier",
                    "islower",
                    "isnumeric",
                    "isprintable",
                    "isspace",
                    "istitle",
                    "isupper",
                    "join",
                    "ljust",
                    "lower",
                    "lstrip",
                    "maketrans",
                    "partition",
                    "removeprefix",
                    "removesuffix",
                    "replace",
                    "rfind",
                    "rindex",
                    "rjust",
                    "rpartition",
                    "rsplit",
                    "rstrip",
                    "split",
                    "splitlines",
                    "startswith",
                    "strip",
                    "swapcase",
                    "title",
                    "translate",
                    "upper",
                    "zfill"));

    private static final Set<String> OF_NUMBERS = Set.of(
            "as_integer_ratio",
            "bit_count",
            "bit_length",
            "conjugate",
            "denominator",
            "from_bytes",
            "fromhex",
            "hex",
            "imag",
            "is_integer",
            "numerator",
            "real",
            "to_bytes");

    private Items() {}

    /** {@code of.name} */
    static Object attribute(Object of, String name) {
        Values.requireDefined(of);
        Object own = own(of, name);
        if (own != null) {
            return own;
        }
        Object value = of instanceof Map<?, ?> map ? map.get(name) : null;
        return value != null ? value : missing(of, name);
    }

    /** {@code of[index]} */
    static Object item(Object of, Object index) {
        Values.requireDefined(of);
        if (of instanceof Map<?, ?> map) {
            boolean isKey = index instanceof String || index instanceof None || Values.number(index) != null;
            Object value = isKey && !(index instanceof Double) ? map.get(Values.key(index)) : null;
            if (value != null) {
                return value;
            }
            if (index instanceof Double || index instanceof Tuple) {
                throw TemplateFailure.of(Values.typeName(index) + " as a dictionary's key is not supported");
            }
        } else if (Values.number(index) instanceof Long number) {
            Object value = atPlace(of, number);
            if (value != null) {
                return value;
            }
        }
        Object own = index instanceof String name ? own(of, name) : null;
        return own != null ? own : missing(of, index);
    }

    private static Undefined missing(Object of, Object name) {
        String shown = name instanceof String || name instanceof Long ? "'" + name + "'" : Values.typeName(name);
        return new Undefined("'" + Values.typeName(of) + " object' has no attribute " + shown);
    }

    /** An attribute that the value has by its type; null if it has not. */
    private static Object own(Object of, String name) {
        if (name.startsWith("_")) {
            throw TemplateFailure.of(
                    "the attribute " + name + " is not supported: names with _ in front are Python's own");
        }
        Set<String> names = of instanceof Number || of instanceof Boolean
                ? OF_NUMBERS
                : OWN.getOrDefault(Values.typeName(of), Set.of());
        if (names.contains(name)) {
            throw TemplateFailure.of("the attribute " + name + " is a method of " + Values.typeName(of)
                    + ", and supported only where it is called");
        }
        return switch (of) {
            case Namespace(Map<String, Object> attributes) -> attributes.get(name);
            case Loop loop -> loop.attribute(name);
            case Function _ -> throw TemplateFailure.of("an attribute of a function is not supported");
            case View _ -> throw TemplateFailure.of("an item of a dictionary's view is not supported");
            case Generator _ -> throw TemplateFailure.of("an attribute of a generator is not supported");
            default -> null;
        };
    }

    private static Object atPlace(Object of, long place) {
        if (of instanceof String text) {
            int length = text.codePointCount(0, text.length());
            long index = place < 0 ? place + length : place;
            return index < 0 || index >= length
                    ? null
                    : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) index)));
        }
        List<?> items = listOf(of);
        if (items == null) {
            return null;
        }
        long index = place < 0 ? place + items.size() : place;
        return index < 0 || index >= items.size() ? null : items.get((int) index);
    }

    private static List<?> listOf(Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Tuple(List<Object> items) -> items;
            default -> null;
        };
    }

    /** {@code of[start:stop:step]}; each of the three may be none. */
    static Object slice(Budget budget, Object of, Object start, Object stop, Object step) {
        Values.requireDefined(of);
        if (of instanceof String text) {
            budget.steps(text.length() >> 4);
            int[] characters = text.codePoints().toArray();
            int[] places = places(characters.length, start, stop, step);
            budget.characters(places.length);
            StringBuilder slice = new StringBuilder(places.length);
            for (int place : places) {
                slice.appendCodePoint(characters[place]);
            }
            return slice.toString();
        }
        List<?> items = listOf(of);
        if (items == null || of instanceof Range) {
            throw TemplateFailure.of("a slice of " + Values.typeName(of) + " is not supported");
        }
        int[] places = places(items.size(), start, stop, step);
        budget.steps(places.length);
        List<Object> slice = new ArrayList<>(places.length);
        for (int place : places) {
            slice.add(items.get(place));
        }
        return of instanceof Tuple ? new Tuple(slice) : Collections.unmodifiableList(slice);
    }

    private static int[] places(int length, Object start, Object stop, Object step) {
        long by = bound(step, 1);
        if (by == 0) {
            throw TemplateFailure.of("a slice with a step of 0");
        }
        long first = place(bound(start, by > 0 ? 0 : Long.MAX_VALUE), length, by);
        long end = stop == None.NONE && by < 0 ? -1 : place(bound(stop, Long.MAX_VALUE), length, by);
        long distance = by > 0 ? end - first : first - end;
        if (distance <= 0) {
            return new int[0];
        }
        long stride = by == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(by);
        int[] places = new int[(int) ((distance - 1) / stride + 1)];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) (first + i * by);
        }
        return places;
    }

    /** Within the items, or just outside where a slice begins or ends there. */
    private static long place(long bound, int length, long by) {
        long place = bound < 0 ? bound + length : bound;
        return by > 0 ? Math.clamp(place, 0, length) : Math.clamp(place, -1, length - 1);
    }

    private static long bound(Object value, long absent) {
        if (value instanceof None) {
            return absent;
        }
        if (Values.number(value) instanceof Long number) {
            return number;
        }
        throw TemplateFailure.of("a slice's bounds are to be whole numbers, found " + Values.typeName(value));
    }
}
