package io.tesserae.springboot;

/** A property that leads to no model. {@link ModelPropertyFailureAnalyzer} says it to people. */
final class ModelPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String property;
    private final String action;

    /**
     * About one property.
     *
     * @param property its whole name
     * @param problem what was found
     * @param action what to do
     * @param cause what is below it, or null
     */
    ModelPropertyException(String property, String problem, String action, Throwable cause) {
        super(property + ": " + problem, cause);
        this.property = property;
        this.action = action;
    }

    /** The whole name of the property. */
    String property() {
        return property;
    }

    /** What to do. */
    String action() {
        return action;
    }
}
