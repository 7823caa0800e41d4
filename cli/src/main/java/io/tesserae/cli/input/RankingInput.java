package io.tesserae.cli.input;

import io.tesserae.cli.console.CommandException;
import java.util.List;

/**
 * A query, and the texts to rank by it.
 *
 * @param query what is looked for
 * @param documents where it may be
 */
public record RankingInput(String query, List<String> documents) {

    public static final InputFormat<RankingInput> FORMAT = new Format();

    private static final class Format implements InputFormat<RankingInput> {

        @Override
        public String plural() {
            return "texts";
        }

        @Override
        public List<InputObject.Key> keys() {
            return List.of(InputObject.Key.required("query"), InputObject.Key.requiredArray("documents"));
        }

        @Override
        public String describeKeys() {
            return "\"query\" and \"documents\"";
        }

        @Override
        public List<RankingInput> ofArgument(String argument) {
            throw new CommandException("texts to rank need a query: give --query TEXT");
        }

        @Override
        public RankingInput ofText(String text, String place) {
            throw new CommandException(place
                    + ": expected an object, {\"query\": ..., \"documents\": [...]}, or one query for all lines:"
                    + " --query TEXT");
        }

        @Override
        public RankingInput ofObject(InputObject object, String place) {
            return new RankingInput(
                    object.text("query"), object.texts("documents").orElseThrow());
        }
    }
}
