package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The filter {@code tojson}: Python's {@code json.dumps}, without the escapes for HTML that Jinja's own filter adds. */
final class JsonText {

    private final Budget budget;
    private final boolean ascii;
    /** What one level is indented by; null if all is on one line. */
    private final String indent;

    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;
    private final StringBuilder text = new StringBuilder();

    private JsonText(Budget budget, Object[] options) {
        this.budget = budget;
        this.ascii = options[0] != null && Values.isTrue(options[0]);
        this.indent = indent(options[1]);
        boolean hasSeparators = options[2] != null && !(options[2] instanceof None);
        List<?> separators = hasSeparators ? separators(options[2]) : List.of(indent == null ? ", " : ",", ": ");
        this.itemSeparator = (String) separators.getFirst();
        this.keySeparator = (String) separators.getLast();
        this.sortKeys = options[3] != null && Values.isTrue(options[3]);
    }

    static String of(Budget budget, Object value, CallArguments arguments) {
        Object[] options = arguments.bind("tojson", 0, List.of("ensure_ascii", "indent", "separators", "sort_keys"));
        JsonText json = new JsonText(budget, options);
        json.write(value, 0);
        return json.text.toString();
    }

    private static String indent(Object option) {
        return switch (option) {
            case null -> null;
            case None _ -> null;
            case String string when string.length() < 100 -> string;
            case Long count when count < 100 -> " ".repeat((int) Math.max(0, count));
            default -> throw TemplateFailure.of("tojson: such an indent is not supported");
        };
    }

    private static List<?> separators(Object option) {
        List<?> items = option instanceof Tuple(List<Object> inside)
                ? inside
                : option instanceof List<?> list ? list : List.of();
        if (items.size() != 2 || !(items.get(0) instanceof String) || !(items.get(1) instanceof String)) {
            throw TemplateFailure.of("tojson: separators are to be two texts");
        }
        return items;
    }

    private void write(Object value, int depth) {
        budget.enter();
        budget.characters(8);
        switch (value) {
            case None _ -> text.append("null");
            case Boolean bool -> text.append(bool);
            case Long number -> text.append(number);
            case Double number -> text.append(Texts.number(number));
            case String string -> quote(string);
            case Range _ -> throw refused(value);
            case List<?> list -> list(list, depth);
            case Tuple(List<Object> items) -> list(items, depth);
            case Map<?, ?> map -> object(map, depth);
            default -> throw refused(value);
        }
        budget.leave();
    }

    private static TemplateFailure refused(Object value) {
        return TemplateFailure.of("tojson: " + Values.typeName(value) + " cannot be written as JSON");
    }

    private void list(List<?> items, int depth) {
        text.append('[');
        for (int i = 0; i < items.size(); i++) {
            text.append(i > 0 ? itemSeparator : "");
            budget.characters(itemSeparator.length());
            line(depth + 1);
            write(items.get(i), depth + 1);
        }
        if (!items.isEmpty()) {
            line(depth);
        }
        text.append(']');
    }

    private void object(Map<?, ?> map, int depth) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sortKeys) {
            entries.sort((a, b) -> Values.order(budget, a.getKey(), b.getKey()));
        }
        text.append('{');
        boolean isFirst = true;
        for (Map.Entry<?, ?> entry : entries) {
            text.append(isFirst ? "" : itemSeparator);
            budget.characters((long) itemSeparator.length() + keySeparator.length());
            line(depth + 1);
            quote(entry.getKey() instanceof None ? "null" : Texts.string(budget, entry.getKey()));
            text.append(keySeparator);
            write(entry.getValue(), depth + 1);
            isFirst = false;
        }
        if (!isFirst) {
            line(depth);
        }
        text.append('}');
    }

    private void line(int depth) {
        if (indent != null) {
            budget.characters((long) depth * indent.length() + 1);
            text.append('\n').repeat(indent, depth);
        }
    }

    private void quote(String string) {
        budget.characters(6L * string.length());
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\f' -> text.append("\\f");
                case '\b' -> text.append("\\b");
                default -> {
                    if (c < ' ' || ascii && c > '~') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
