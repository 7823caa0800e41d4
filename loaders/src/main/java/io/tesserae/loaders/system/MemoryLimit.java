package io.tesserae.loaders.system;

/** Which of the JVM's limits was reached where memory has run out, and what to do: for error messages. */
public final class MemoryLimit {

    private MemoryLimit() {}

    /** What to do, with the limit as it is now. */
    public static String advice(OutOfMemoryError error) {
        String reason = String.valueOf(error.getMessage());
        return reason.contains("direct buffer memory")
                ? "give the JVM more memory beside the heap (-XX:MaxDirectMemorySize): " + reason
                : "give the JVM more (-Xmx), now " + (Runtime.getRuntime().maxMemory() >> 20) + " MB";
    }
}
