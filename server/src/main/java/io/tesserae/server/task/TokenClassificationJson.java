package io.tesserae.server.task;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.AggregationStrategy;
import io.tesserae.pipelines.text.Entity;
import io.tesserae.pipelines.text.TokenClassification;
import io.tesserae.pipelines.text.TokenClassificationOptions;
import io.tesserae.pipelines.text.TokenClassificationPipeline;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code token-classification}. */
final class TokenClassificationJson
        implements TaskJson<TokenClassificationPipeline, String, TokenClassificationOptions, TokenClassification> {

    @Override
    public PipelineTask<TokenClassificationPipeline> task() {
        return TokenClassificationPipeline.TASK;
    }

    @Override
    public TaskRequest<String, TokenClassificationOptions, TokenClassification> read(Members parameters) {
        parameters.requireOnly("aggregation_strategy", "ignore_labels", "stride");
        TokenClassificationOptions options = TokenClassificationOptions.DEFAULT.withAggregation(parameters
                .string("aggregation_strategy")
                .map(name -> Parameters.choice(AggregationStrategy.values(), name, "aggregation_strategy"))
                .orElse(AggregationStrategy.NONE));
        options = parameters
                .strings("ignore_labels")
                .map(options::withIgnoreLabels)
                .orElse(options);
        OptionalInt stride = parameters.integer("stride");
        return new TaskRequest<>(
                stride.isPresent() ? options.withStride(stride.getAsInt()) : options,
                (value, place) -> Asked.once(
                        Inputs.text(value, place),
                        (json, answer) -> json.array(answer.entities(), TokenClassificationJson::write)));
    }

    /** Places are counted in code points, as Python does. */
    private static void write(JsonText json, Entity entity) {
        json.begin()
                .name(entity.index().isPresent() ? "entity" : "entity_group")
                .string(entity.label())
                .name("score")
                .number((double) entity.score());
        entity.index().ifPresent(index -> json.name("index").integer(index));
        json.name("word")
                .string(entity.word())
                .name("start")
                .integer(entity.codePoints().start())
                .name("end")
                .integer(entity.codePoints().end())
                .end();
    }

    @Override
    public int tokens(TokenClassificationPipeline pipeline, String text, TokenClassificationOptions options) {
        int tokens = pipeline.tokenizer().encode(text).size();
        int length = pipeline.maxLength();
        return options.stride().isPresent()
                ? TokenCount.ofWindows(tokens, length, options.stride().getAsInt())
                : Math.min(tokens, length);
    }

    @Override
    public Optional<Tokenizer> tokenizer(TokenClassificationPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(TokenClassificationPipeline pipeline) {
        return "A text.";
    }
}
