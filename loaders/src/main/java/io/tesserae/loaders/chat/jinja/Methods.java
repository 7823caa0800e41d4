package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods that a template can call: those of texts and dictionaries that change nothing. */
final class Methods {

    private static final Set<String> OF_TEXTS = Set.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "startswith",
            "endswith",
            "replace",
            "lower",
            "upper",
            "title",
            "capitalize",
            "join",
            "find",
            "count",
            "removeprefix",
            "removesuffix");

    private static final Set<String> OF_DICTIONARIES = Set.of("get", "items", "keys", "values");

    private static final Set<String> KNOWN = known();

    private Methods() {}

    private static Set<String> known() {
        Set<String> known = new HashSet<>(OF_TEXTS);
        known.addAll(OF_DICTIONARIES);
        known.add("cycle");
        return Set.copyOf(known);
    }

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static Object call(Budget budget, Object of, String name, CallArguments arguments) {
        Values.requireDefined(of);
        if (of instanceof String text && OF_TEXTS.contains(name)) {
            return ofText(budget, text, name, arguments);
        }
        if (of instanceof Map<?, ?> map && OF_DICTIONARIES.contains(name)) {
            return ofDictionary(budget, map, name, arguments);
        }
        if (of instanceof Loop loop && name.equals("cycle") && arguments.named().isEmpty()) {
            return loop.cycle(arguments.positional());
        }
        throw TemplateFailure.of(Values.typeName(of) + " has no method " + name + "() here");
    }

    private static Object ofText(Budget budget, String text, String name, CallArguments arguments) {
        budget.characters(text.length());
        return switch (name) {
            case "strip", "lstrip", "rstrip" -> {
                Object[] values = arguments.bind(name + "()", 0, List.of(""));
                yield TextEditing.strip(
                        text, textOrNull(name, values[0]), !name.equals("rstrip"), !name.equals("lstrip"));
            }
            case "split", "rsplit" -> {
                Object[] values = arguments.bind(name + "()", 0, List.of("sep", "maxsplit"));
                String separator = textOrNull(name, values[0]);
                long most = whole(name, values[1], -1);
                yield name.equals("split")
                        ? TextEditing.split(budget, text, separator, most)
                        : TextEditing.splitFromEnd(budget, text, separator, most);
            }
            case "splitlines" -> {
                arguments.bind(name + "()", 0, List.of());
                yield TextEditing.lines(budget, text);
            }
            case "startswith", "endswith" -> hasEnd(text, name, arguments.bind(name + "()", 1, List.of(""))[0]);
            case "replace" -> {
                Object[] values = arguments.bind(name + "()", 2, List.of("", "", ""));
                yield TextEditing.replace(
                        budget, text, text(name, values[0]), text(name, values[1]), whole(name, values[2], -1));
            }
            case "join" -> join(budget, text, arguments.bind(name + "()", 1, List.of(""))[0]);
            case "find" -> {
                int place = text.indexOf(text(name, arguments.bind(name + "()", 1, List.of(""))[0]));
                yield place < 0 ? -1L : (long) text.codePointCount(0, place);
            }
            case "count" -> TextEditing.count(budget, text, text(name, arguments.bind(name + "()", 1, List.of(""))[0]));
            case "removeprefix" -> {
                String part = text(name, arguments.bind(name + "()", 1, List.of(""))[0]);
                yield text.startsWith(part) ? text.substring(part.length()) : text;
            }
            case "removesuffix" -> {
                String part = text(name, arguments.bind(name + "()", 1, List.of(""))[0]);
                yield text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text;
            }
            default -> {
                arguments.bind(name + "()", 0, List.of());
                yield inCase(text, name);
            }
        };
    }

    private static String inCase(String text, String name) {
        return switch (name) {
            case "lower" -> LetterCase.lower(text);
            case "upper" -> LetterCase.upper(text);
            case "title" -> LetterCase.title(text);
            default -> LetterCase.capitalize(text);
        };
    }

    private static boolean hasEnd(String text, String name, Object end) {
        if (end instanceof Tuple(List<Object> ends)) {
            return ends.stream().anyMatch(one -> hasEnd(text, name, text(name, one)));
        }
        return name.equals("startswith") ? text.startsWith(text(name, end)) : text.endsWith(text(name, end));
    }

    private static String join(Budget budget, String separator, Object items) {
        List<Object> texts = new ArrayList<>();
        Values.items(items).forEachRemaining(item -> texts.add(text("join", item)));
        return TextEditing.join(budget, separator, texts);
    }

    private static Object ofDictionary(Budget budget, Map<?, ?> map, String name, CallArguments arguments) {
        if (name.equals("get")) {
            Object[] values = arguments.bind("get()", 1, List.of("", ""));
            Object value = map.get(Values.key(values[0]));
            return value != null ? value : values[1] != null ? values[1] : None.NONE;
        }
        arguments.bind(name + "()", 0, List.of());
        budget.steps(map.size());
        return new View(
                switch (name) {
                    case "items" -> pairs(map);
                    case "keys" -> List.copyOf(map.keySet());
                    default -> List.copyOf(map.values());
                });
    }

    /** A dictionary's keys with their values. */
    static List<Object> pairs(Map<?, ?> map) {
        List<Object> pairs = new ArrayList<>();
        map.forEach((key, value) -> pairs.add(new Tuple(List.of(key, value))));
        return Collections.unmodifiableList(pairs);
    }

    private static String text(String method, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw TemplateFailure.of(method + "() takes a text, found " + Values.typeName(value));
    }

    private static String textOrNull(String method, Object value) {
        return value == null || value instanceof None ? null : text(method, value);
    }

    private static long whole(String method, Object value, long absent) {
        if (value == null) {
            return absent;
        }
        if (Values.number(value) instanceof Long number) {
            return number;
        }
        throw TemplateFailure.of(method + "() takes a whole number, found " + Values.typeName(value));
    }
}
