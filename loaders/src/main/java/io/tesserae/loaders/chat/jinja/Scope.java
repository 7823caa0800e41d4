package io.tesserae.loaders.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The variables of a template, a loop's round or a macro's call, and those around them. */
final class Scope {

    private final Scope around;
    private final Map<String, Object> variables = new HashMap<>();

    /** @param unset the names that have no value here until they are set, whatever is around */
    Scope(Scope around, Set<String> unset) {
        this.around = around;
        unset.forEach(name -> variables.put(name, Undefined.ofName(name)));
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.around) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return Undefined.ofName(name);
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }
}
