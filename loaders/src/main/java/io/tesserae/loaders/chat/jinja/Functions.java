package io.tesserae.loaders.chat.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template has. */
final class Functions {

    private static final int MESSAGE_LIMIT = 500;

    private Functions() {}

    /** By their names. */
    static Map<String, Function> all(Clock clock) {
        return Map.of(
                "range", Functions::range,
                "namespace", Functions::namespace,
                "raise_exception", Functions::raise,
                "strftime_now", (budget, arguments) -> now(budget, arguments, clock));
    }

    private static Object range(Budget budget, CallArguments arguments) {
        Object[] given = arguments.bind("range()", 1, List.of("", "", ""));
        long[] bounds = new long[3];
        for (int i = 0; i < 3; i++) {
            Object value = given[i] == null ? Long.valueOf(1) : given[i];
            if (!(Values.number(value) instanceof Long bound)) {
                throw TemplateFailure.of("range() takes whole numbers, found " + Values.typeName(value));
            }
            bounds[i] = bound;
        }
        return given[1] == null ? new Range(0, bounds[0], 1) : new Range(bounds[0], bounds[1], bounds[2]);
    }

    private static Object namespace(Budget budget, CallArguments arguments) {
        Map<String, Object> attributes = new HashMap<>();
        if (arguments.positional().size() > 1) {
            throw TemplateFailure.of("namespace() takes at most one dictionary");
        }
        for (Object value : arguments.positional()) {
            if (!(value instanceof Map<?, ?> map)) {
                throw TemplateFailure.of("namespace() of " + Values.typeName(value) + " is not supported");
            }
            map.forEach((key, item) -> attributes.put(key instanceof String name ? name : "", item));
        }
        attributes.putAll(arguments.named());
        return new Namespace(attributes);
    }

    private static Object raise(Budget budget, CallArguments arguments) {
        String message = Texts.string(budget, arguments.bind("raise_exception()", 1, List.of("message"))[0]);
        String shown = message.length() > MESSAGE_LIMIT ? message.substring(0, MESSAGE_LIMIT) + "…" : message;
        throw TemplateFailure.of("the template refuses these messages: " + shown.replaceAll("\\R", " "));
    }

    private static Object now(Budget budget, CallArguments arguments, Clock clock) {
        Object format = arguments.bind("strftime_now()", 1, List.of("format"))[0];
        if (format instanceof String text) {
            budget.steps(text.length());
            return budget.text(Strftime.format(ZonedDateTime.now(clock), text));
        }
        throw TemplateFailure.of("strftime_now() takes a text, found " + Values.typeName(format));
    }
}
