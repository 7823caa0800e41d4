package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands behind a bar. Filters that choose from or change items give what can be read once, as Jinja's do. */
final class Filters {

    private static final Set<String> KNOWN = Set.of(
            "abs",
            "capitalize",
            "count",
            "d",
            "default",
            "first",
            "indent",
            "items",
            "join",
            "last",
            "length",
            "list",
            "lower",
            "map",
            "reject",
            "rejectattr",
            "replace",
            "reverse",
            "select",
            "selectattr",
            "string",
            "title",
            "tojson",
            "trim",
            "upper");

    private Filters() {}

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static Object apply(Budget budget, Object value, String name, CallArguments arguments) {
        budget.step();
        return switch (name) {
            case "capitalize", "lower", "string", "title", "upper", "trim", "replace", "indent" ->
                ofText(budget, value, name, arguments);
            case "d", "default" -> {
                Object[] values = arguments.bind(name, 0, List.of("default_value", "boolean"));
                boolean alsoFalse = values[1] != null && Values.isTrue(values[1]);
                boolean isAbsent = value instanceof Undefined || alsoFalse && !Values.isTrue(value);
                yield !isAbsent ? value : values[0] == null ? "" : values[0];
            }
            case "join" -> {
                Object[] values = arguments.bind(name, 0, List.of("d", "attribute"));
                List<Object> items = list(budget, value);
                if (values[1] != null && !(values[1] instanceof None)) {
                    items.replaceAll(item -> attribute(item, values[1]));
                }
                yield TextEditing.join(budget, values[0] == null ? "" : Texts.string(budget, values[0]), items);
            }
            case "map" -> map(budget, value, arguments);
            case "reject", "select" -> select(budget, value, arguments, name.equals("select"), false);
            case "rejectattr", "selectattr" -> select(budget, value, arguments, name.equals("selectattr"), true);
            case "tojson" -> JsonText.of(budget, value, arguments);
            default -> {
                arguments.bind(name, 0, List.of());
                yield withoutArguments(budget, value, name);
            }
        };
    }

    private static Object withoutArguments(Budget budget, Object value, String name) {
        return switch (name) {
            case "abs" -> isNegative(value) ? Arithmetic.negative(value) : Arithmetic.number(value);
            case "count", "length" -> Values.length(budget, value);
            case "first" -> {
                Iterator<?> items = Values.items(value);
                yield items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
            }
            case "last" -> {
                requireReversible(value);
                List<Object> items = list(budget, value);
                yield items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
            }
            case "list" -> Collections.unmodifiableList(list(budget, value));
            case "reverse" -> {
                if (value instanceof String text) {
                    yield budget.text(new StringBuilder(text).reverse().toString());
                }
                boolean isList = value instanceof Generator;
                List<Object> items = list(budget, value);
                Collections.reverse(items);
                yield isList ? Collections.unmodifiableList(items) : Generator.of(items);
            }
            case "items" -> {
                if (value instanceof Undefined) {
                    yield Generator.of(List.of());
                }
                if (!(value instanceof Map<?, ?> map)) {
                    throw TemplateFailure.of("items: expected a dictionary, found " + Values.typeName(value));
                }
                budget.steps(map.size());
                yield Generator.of(Methods.pairs(map));
            }
            default -> throw TemplateFailure.of("the filter " + name + " is not supported");
        };
    }

    private static boolean isNegative(Object value) {
        Number number = Arithmetic.number(value);
        return number.doubleValue() < 0 || number instanceof Double real && 1 / real < 0;
    }

    private static void requireReversible(Object value) {
        if (value instanceof Generator) {
            throw TemplateFailure.of("last: a generator has none that can be had without the others");
        }
    }

    private static Object ofText(Budget budget, Object value, String name, CallArguments arguments) {
        if (name.equals("indent") && !(value instanceof String)) {
            throw TemplateFailure.of("indent: expected a text, found " + Values.typeName(value));
        }
        String text = budget.text(Texts.string(budget, value));
        return switch (name) {
            case "trim" -> {
                Object characters = arguments.bind(name, 0, List.of("chars"))[0];
                boolean isSpace = characters == null || characters instanceof None;
                if (!isSpace && !(characters instanceof String)) {
                    throw TemplateFailure.of("trim: expected a text, found " + Values.typeName(characters));
                }
                yield TextEditing.strip(text, isSpace ? null : (String) characters, true, true);
            }
            case "replace" -> {
                Object[] values = arguments.bind(name, 2, List.of("old", "new", "count"));
                boolean isAll = values[2] == null || values[2] instanceof None;
                Number count = isAll ? Long.valueOf(-1) : Arithmetic.number(values[2]);
                yield TextEditing.replace(
                        budget,
                        text,
                        Texts.string(budget, values[0]),
                        Texts.string(budget, values[1]),
                        count.longValue());
            }
            case "indent" -> {
                Object[] values = arguments.bind(name, 0, List.of("width", "first", "blank"));
                Object width = values[0] == null ? Long.valueOf(4) : values[0];
                String indention = width instanceof String by
                        ? by
                        : (String) Arithmetic.apply(budget, "*", " ", Arithmetic.number(width));
                yield TextEditing.indent(
                        budget,
                        text,
                        indention,
                        values[1] != null && Values.isTrue(values[1]),
                        values[2] != null && Values.isTrue(values[2]));
            }
            default -> {
                arguments.bind(name, 0, List.of());
                yield switch (name) {
                    case "capitalize" -> LetterCase.capitalize(text);
                    case "lower" -> LetterCase.lower(text);
                    case "title" -> LetterCase.titleOfPieces(text);
                    case "upper" -> LetterCase.upper(text);
                    default -> text;
                };
            }
        };
    }

    /** What is to be chosen from or changed; nothing where the value is false, be it one that has no items. */
    private static List<Object> listIfTrue(Budget budget, Object value) {
        return Values.isTrue(value) ? list(budget, value) : new ArrayList<>();
    }

    /** All items, in a list of one's own. */
    private static List<Object> list(Budget budget, Object value) {
        List<Object> list = new ArrayList<>();
        for (Iterator<?> items = Values.items(value); items.hasNext(); ) {
            budget.step();
            list.add(items.next());
        }
        return list;
    }

    private static Object map(Budget budget, Object value, CallArguments arguments) {
        List<Object> items = listIfTrue(budget, value);
        if (arguments.positional().isEmpty()) {
            Object[] values = arguments.bind("map", 0, List.of("", "attribute", "default"));
            if (values[1] == null) {
                throw TemplateFailure.of("map needs a filter's name, or attribute=");
            }
            boolean hasDefault = values[2] != null && !(values[2] instanceof None);
            items.replaceAll(item -> {
                Object of = item;
                for (Object part : parts(values[1])) {
                    of = Items.item(of, part);
                    of = hasDefault && of instanceof Undefined ? values[2] : of;
                }
                return of;
            });
        } else {
            String filter = name("map", arguments.positional().getFirst());
            CallArguments rest = arguments.rest(1);
            budget.enter(); // the filter may be map again
            items.replaceAll(item -> apply(budget, item, filter, rest));
            budget.leave();
        }
        return Generator.of(items);
    }

    private static Object select(
            Budget budget, Object value, CallArguments arguments, boolean wanted, boolean byAttribute) {
        List<Object> chosen = new ArrayList<>();
        int place = byAttribute ? 1 : 0;
        List<Object> given = arguments.positional();
        if (given.size() < place) {
            throw TemplateFailure.of("the name of an attribute is missing");
        }
        for (Object item : listIfTrue(budget, value)) {
            Object tested = byAttribute ? attribute(item, given.getFirst()) : item;
            boolean holds = given.size() <= place
                    ? Values.isTrue(tested)
                    : Tests.holds(budget, tested, name("select", given.get(place)), arguments.rest(place + 1));
            if (holds == wanted) {
                chosen.add(item);
            }
        }
        return Generator.of(chosen);
    }

    private static String name(String filter, Object value) {
        if (value instanceof String name) {
            return name;
        }
        throw TemplateFailure.of(filter + " needs a name, found " + Values.typeName(value));
    }

    /** {@code item.a.b} for the attribute {@code "a.b"}. */
    private static Object attribute(Object item, Object path) {
        Object of = item;
        for (Object part : parts(path)) {
            of = Items.item(of, part);
        }
        return of;
    }

    private static List<Object> parts(Object path) {
        if (!(path instanceof String text)) {
            return List.of(path);
        }
        return Arrays.stream(text.split("\\.", -1))
                .<Object>map(part -> part.matches("[0-9]{1,9}") ? (Object) Long.valueOf(part) : part)
                .toList();
    }
}
