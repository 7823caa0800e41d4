package io.tesserae.loaders.chat.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Values as texts: Python's {@code str} and {@code repr}. */
final class Texts {

    private Texts() {}

    /** What a value prints as. */
    static String string(Budget budget, Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined _ -> "";
            default -> {
                StringBuilder text = new StringBuilder();
                represent(budget, value, text);
                yield text.toString();
            }
        };
    }

    private static void represent(Budget budget, Object value, StringBuilder text) {
        budget.enter();
        switch (value) {
            case None _ -> text.append("None");
            case Boolean bool -> text.append(bool ? "True" : "False");
            case Long number -> text.append(number);
            case Double number -> text.append(number(number));
            case String string -> quote(budget, string, text);
            case Undefined _ -> text.append("Undefined");
            case Range _ -> throw TemplateFailure.of("printing a range is not supported");
            case List<?> list -> list(budget, list, "[", "]", text);
            case Tuple(List<Object> items) -> list(budget, items, "(", items.size() == 1 ? ",)" : ")", text);
            case Map<?, ?> map -> {
                String between = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    text.append(between);
                    represent(budget, entry.getKey(), text);
                    text.append(": ");
                    represent(budget, entry.getValue(), text);
                    between = ", ";
                }
                text.append(map.isEmpty() ? "{}" : "}");
            }
            default -> throw TemplateFailure.of("printing a " + Values.typeName(value) + " is not supported");
        }
        budget.characters(16);
        budget.leave();
    }

    private static void list(Budget budget, List<?> items, String begin, String end, StringBuilder text) {
        text.append(begin);
        for (int i = 0; i < items.size(); i++) {
            text.append(i > 0 ? ", " : "");
            represent(budget, items.get(i), text);
        }
        text.append(end);
    }

    /** In single quotes, unless there are such in it and no double ones. */
    private static void quote(Budget budget, String string, StringBuilder text) {
        budget.characters(10L * string.length());
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        text.append(quote);
        string.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (c == quote) {
                        text.append('\\').append(quote);
                    } else if (c == ' ' || isPrintable(c)) {
                        text.appendCodePoint(c);
                    } else {
                        text.append(String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
                    }
                }
            }
        });
        text.append(quote);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** The fewest digits that stand for this number alone; with an exponent from 1e16 on and below 1e-4. */
    static String number(double number) {
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = digits.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String all = digits.unscaledValue().abs().toString();
        return (number < 0 ? "-" : "") + all.charAt(0) + (all.length() > 1 ? "." + all.substring(1) : "") + "e"
                + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
