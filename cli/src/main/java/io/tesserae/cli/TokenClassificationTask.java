package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.Entity;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code tesserae run token-classification}. */
final class TokenClassificationTask {

    private TokenClassificationTask() {}

    static void run(RunCommand command) throws IOException {
        TokenClassificationOptions options = options(command);
        try (TruncationWarning truncation = new TruncationWarning(command.console());
                Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = command.openEngine();
                TokenClassificationPipeline pipeline = Pipelines.tokenClassification(command.requireModel(), engine);
                Progress progress = Progress.of(texts, command.console())) {
            EveryInput.run(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.classify(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return command.isJson() ? json(answer.entities()) : line(answer.entities(), text);
                    },
                    progress);
        }
    }

    private static TokenClassificationOptions options(RunCommand command) {
        TokenClassificationOptions options = TokenClassificationOptions.DEFAULT
                .withAggregation(command.tokens().aggregation())
                .withBatchSize(command.batchSize().orElse(0));
        if (command.tokens().stride().isEmpty()) {
            return options;
        }
        if (command.tokens().aggregation() == AggregationStrategy.NONE) {
            throw command.usage("--stride needs an --aggregation other than none");
        }
        return options.withStride(command.tokens().stride().getAsInt());
    }

    /** The fields of transformers; places are counted in code points there. */
    private static String json(List<Entity> entities) {
        return new Json().array(entities, TokenClassificationTask::write).toString();
    }

    private static void write(Json json, Entity entity) {
        json.raw("{")
                .name(entity.index().isPresent() ? "entity" : "entity_group")
                .string(entity.label())
                .name("score")
                .number(entity.score());
        entity.index().ifPresent(index -> json.name("index").integer(index));
        json.name("word")
                .string(entity.word())
                .name("start")
                .integer(entity.codePoints().start())
                .name("end")
                .integer(entity.codePoints().end())
                .raw("}");
    }

    /** Words in the text's own spelling. */
    private static String line(List<Entity> entities, String text) {
        String found = entities.stream()
                .map(entity -> Printable.escape(entity.label() + " " + text.substring(entity.start(), entity.end()))
                        + " " + FiniteNumber.text(entity.score()))
                .collect(Collectors.joining(", "));
        return (found.isEmpty() ? "(none)" : found) + "  " + Printable.excerpt(text);
    }
}
