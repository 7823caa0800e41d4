package io.tesserae.loaders.chat.jinja;

import java.util.List;
import java.util.Map;

/** The values that are handed to a function, method, filter or test. */
record CallArguments(List<Object> positional, Map<String, Object> named) {

    static final CallArguments NONE = new CallArguments(List.of(), Map.of());

    /**
     * The values by their places; null where none was given.
     *
     * @param what who is called, for error messages
     * @param parameters the names; an empty one can only be given by its place
     */
    Object[] bind(String what, int required, List<String> parameters) {
        if (positional.size() > parameters.size()) {
            throw TemplateFailure.of(
                    what + " takes at most " + parameters.size() + " arguments, found " + positional.size());
        }
        Object[] values = positional.toArray(new Object[parameters.size()]);
        for (Map.Entry<String, Object> entry : named.entrySet()) {
            int place = entry.getKey().isEmpty() ? -1 : parameters.indexOf(entry.getKey());
            if (place < 0) {
                throw TemplateFailure.of(what + ": the argument " + entry.getKey() + " is not supported");
            }
            if (values[place] != null) {
                throw TemplateFailure.of(what + ": the argument " + entry.getKey() + " is given twice");
            }
            values[place] = entry.getValue();
        }
        for (int i = 0; i < required; i++) {
            if (values[i] == null) {
                throw TemplateFailure.of(what + " needs " + required + " arguments");
            }
        }
        return values;
    }

    /** The same without the first. */
    CallArguments rest(int from) {
        return new CallArguments(positional.subList(from, positional.size()), named);
    }
}
