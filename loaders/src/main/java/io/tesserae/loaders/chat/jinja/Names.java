package io.tesserae.loaders.chat.jinja;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names a scope sets before it reads them. Jinja settles this before it renders anything: such a name is undefined from the scope's
 * beginning, even where the caller gave a variable of that name; unless a scope around it knows the name. Only what is set in every branch
 * of an {@code if} counts as set.
 */
final class Names {

    private final Names parent;
    /** Every name that was read or set here, and whether it was set first. */
    private final Map<String, Boolean> setFirst = new HashMap<>();

    /** The names that are set in branches of the {@code if} that is being read; the innermost last. */
    private final List<Set<String>> branches = new ArrayList<>();

    Names(Names parent) {
        this.parent = parent;
    }

    void read(String name) {
        setFirst.putIfAbsent(name, false);
    }

    void set(String name) {
        if (branches.isEmpty()) {
            setFirst.putIfAbsent(name, true);
        } else {
            branches.getLast().add(name);
        }
    }

    /** A name that has a value from the beginning: a macro's parameter, a loop's variable. */
    void parameter(String name) {
        setFirst.put(name, false);
    }

    void beginBranch() {
        branches.add(new HashSet<>());
    }

    Set<String> endBranch() {
        return branches.removeLast();
    }

    /** After the branches of one {@code if}. */
    void endIf(Set<String> inAll, Set<String> inSome) {
        inAll.forEach(this::set);
        for (String name : inSome) {
            if (!inAll.contains(name)) {
                setFirst.putIfAbsent(name, false); // it has the value from around until it is set
            }
        }
    }

    /** Whether the name was read or set here. */
    boolean knows(String name) {
        return setFirst.containsKey(name);
    }

    /** The names that are undefined from the beginning of this scope; asked once everything was read. */
    Set<String> unset() {
        Set<String> unset = new HashSet<>();
        setFirst.forEach((name, first) -> {
            if (first && !isKnownAround(name)) {
                unset.add(name);
            }
        });
        return unset;
    }

    private boolean isKnownAround(String name) {
        for (Names around = parent; around != null; around = around.parent) {
            if (around.knows(name)) {
                return true;
            }
        }
        return false;
    }
}
