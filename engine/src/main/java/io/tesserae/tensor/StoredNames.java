package io.tesserae.tensor;

import java.util.Set;

/**
 * The names of stored tensors, found in either of the spellings that {@link StateDict} knows.
 *
 * @param basePrefix what the names of the base model begin with in a model with a head
 */
record StoredNames(Set<String> names, String basePrefix) {

    /** What the tensor of this name is called where it is stored; {@code null} if there is none. */
    String stored(String name) {
        String found = spelling(name);
        if (found == null && name.startsWith(basePrefix)) {
            found = spelling(name.substring(basePrefix.length()));
        }
        return found == null ? spelling(basePrefix + name) : found;
    }

    /** Whether any name begins with this path. */
    boolean haveBelow(String path) {
        String bare = path.startsWith(basePrefix) ? path.substring(basePrefix.length()) : basePrefix + path;
        return names.stream().anyMatch(name -> name.startsWith(path) || name.startsWith(bare));
    }

    private String spelling(String name) {
        if (names.contains(name)) {
            return name;
        }
        String old = name.endsWith("LayerNorm.weight")
                ? name.replaceAll("weight$", "gamma")
                : name.endsWith("LayerNorm.bias") ? name.replaceAll("bias$", "beta") : name;
        return names.contains(old) ? old : null;
    }
}
