package io.tesserae.pipelines.schedule;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sentence that a label is put into, so that a model can judge whether it is true of a text or a picture: {@code "This example is
 * {}."}. The label's place is {@code {}}, once, or {@code {0}}, any number of times; a brace is written twice.
 */
public final class HypothesisTemplate {

    private static final Pattern PARTS = Pattern.compile("\\{\\{|}}|\\{0?}|[{}]");

    private final String template;

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if there is no place for a label in it, or something else between braces
     */
    public HypothesisTemplate(String template) {
        this.template = template;
        int unnumbered = 0;
        int numbered = 0;
        for (Matcher part = PARTS.matcher(template); part.find(); ) {
            switch (part.group()) {
                case "{}" -> unnumbered++;
                case "{0}" -> numbered++;
                case "{", "}" -> throw invalid("write a brace that is none of a label's twice");
                default -> {} // a brace
            }
        }
        if (unnumbered + numbered == 0) {
            throw invalid("it has no place for the label");
        }
        if (unnumbered > 1 || unnumbered == 1 && numbered > 0) {
            throw invalid("there is only one label; {0} may stand there more than once");
        }
    }

    /** The sentence of a label. */
    public String with(String label) {
        return PARTS.matcher(template)
                .replaceAll(part -> Matcher.quoteReplacement(
                        switch (part.group()) {
                            case "{{" -> "{";
                            case "}}" -> "}";
                            default -> label;
                        }));
    }

    private IllegalArgumentException invalid(String reason) {
        return new IllegalArgumentException("hypothesis template: expected a sentence with {} for the label, found \""
                + template + "\": " + reason);
    }
}
