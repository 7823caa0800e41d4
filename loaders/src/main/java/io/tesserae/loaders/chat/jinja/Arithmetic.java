package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The operators {@code + - * / // %}, as Python has them for numbers, texts and lists. */
final class Arithmetic {

    private Arithmetic() {}

    static Object apply(Budget budget, String operator, Object left, Object right) {
        Values.requireDefined(left);
        Values.requireDefined(right);
        Number number = Values.number(left);
        Number other = Values.number(right);
        if (number != null && other != null) {
            return finite(
                    number instanceof Long a && other instanceof Long b
                            ? whole(operator, a, b)
                            : real(operator, number.doubleValue(), other.doubleValue()));
        }
        if (operator.equals("+")) {
            if (left instanceof String text && right instanceof String more) {
                budget.characters((long) text.length() + more.length());
                return text + more;
            }
            if (left instanceof Tuple(List<Object> items) && right instanceof Tuple(List<Object> more)) {
                return new Tuple(joined(budget, items, more));
            }
            if (isList(left) && isList(right)) {
                return joined(budget, (List<?>) left, (List<?>) right);
            }
        }
        if (operator.equals("*") && other instanceof Long times) {
            return repeated(budget, left, times);
        }
        if (operator.equals("*") && number instanceof Long times) {
            return repeated(budget, right, times);
        }
        throw TemplateFailure.of(
                Values.typeName(left) + " " + operator + " " + Values.typeName(right) + " is not supported");
    }

    static Object negative(Object value) {
        return switch (number(value)) {
            case Long number -> whole("-", 0, number);
            case Number number -> -number.doubleValue();
        };
    }

    static Number number(Object value) {
        Values.requireDefined(value);
        Number number = Values.number(value);
        if (number == null) {
            throw TemplateFailure.of("expected a number, found " + Values.typeName(value));
        }
        return number;
    }

    private static boolean isList(Object value) {
        return value instanceof List && !(value instanceof Range);
    }

    private static Object whole(String operator, long a, long b) {
        if (b == 0 && "//%".contains(operator)) {
            throw TemplateFailure.of("division by zero");
        }
        try {
            return switch (operator) {
                case "+" -> Math.addExact(a, b);
                case "-" -> Math.subtractExact(a, b);
                case "*" -> Math.multiplyExact(a, b);
                case "//" -> b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b);
                case "%" -> Math.floorMod(a, b);
                default -> quotient(a, b);
            };
        } catch (ArithmeticException e) {
            throw TemplateFailure.of("a number beyond 64 bits is not supported");
        }
    }

    /** A double has 53 bits: larger whole numbers would be rounded twice. */
    private static Object quotient(long a, long b) {
        long exact = 1L << 53;
        if (a > exact || a < -exact || b > exact || b < -exact) {
            throw TemplateFailure.of("the operator / for numbers beyond 53 bits is not supported");
        }
        return (double) a / b;
    }

    private static double real(String operator, double a, double b) {
        if (b == 0 && "//%".contains(operator)) {
            throw TemplateFailure.of("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "%" -> remainder(a, b);
            default -> {
                double quotient = (a - remainder(a, b)) / b;
                yield quotient == 0 ? Math.copySign(0, a / b) : roundedQuotient(quotient);
            }
        };
    }

    private static double roundedQuotient(double quotient) {
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    /** With the sign of what it is divided by. */
    private static double remainder(double a, double b) {
        double remainder = a % b;
        if (remainder == 0) {
            return Math.copySign(0, b);
        }
        return remainder < 0 != b < 0 ? remainder + b : remainder;
    }

    private static Object finite(Object number) {
        if (number instanceof Double real && !Double.isFinite(real)) {
            throw TemplateFailure.of("a number that is not finite is not supported");
        }
        return number;
    }

    private static List<Object> joined(Budget budget, List<?> left, List<?> right) {
        budget.steps((long) left.size() + right.size());
        List<Object> joined = new ArrayList<>(left);
        joined.addAll(right);
        return Collections.unmodifiableList(joined);
    }

    private static Object repeated(Budget budget, Object value, long times) {
        int count = Math.clamp(times, 0, Integer.MAX_VALUE);
        if (value instanceof String text) {
            budget.characters((long) text.length() * count);
            return text.repeat(count);
        }
        if (value instanceof Tuple(List<Object> items)) {
            return new Tuple(repeated(budget, items, count));
        }
        if (isList(value)) {
            return repeated(budget, (List<?>) value, count);
        }
        throw TemplateFailure.of(Values.typeName(value) + " * int is not supported");
    }

    private static List<Object> repeated(Budget budget, List<?> items, int count) {
        budget.steps((long) items.size() * count);
        List<Object> repeated = new ArrayList<>();
        for (int i = 0; i < count && !items.isEmpty(); i++) {
            repeated.addAll(items);
        }
        return Collections.unmodifiableList(repeated);
    }
}
