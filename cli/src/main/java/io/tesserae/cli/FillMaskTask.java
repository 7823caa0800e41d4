package io.tesserae.cli;

import io.tesserae.engine.Engine;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.text.FillMask;
import io.tesserae.pipelines.text.FillMaskOptions;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.MaskFilling;
import io.tesserae.pipelines.text.MaskTarget;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code tesserae run fill-mask}. */
final class FillMaskTask {

    private FillMaskTask() {}

    static void run(RunCommand command) throws IOException {
        FillMaskOptions options = FillMaskOptions.DEFAULT
                .withTruncation(true)
                .withTopK(command.topK().orElse(FillMaskOptions.DEFAULT.topK()))
                .withTargets(command.targets())
                .withBatchSize(command.batchSize().orElse(0));
        try (TruncationWarning truncation = new TruncationWarning(command.console());
                Inputs<String> texts = command.inputs(InputFormat.SINGLE_TEXTS);
                Engine engine = command.openEngine();
                FillMaskPipeline pipeline = Pipelines.fillMask(command.requireModel(), engine);
                Progress progress = Progress.of(texts, command.console())) {
            for (MaskTarget target : pipeline.targets(command.targets())) {
                warnOfUnknown(target, pipeline, command.console());
            }
            EveryInput.run(
                    command,
                    texts,
                    EveryInput.textsTogether(command.batchSize()),
                    batch -> pipeline.fill(batch, options),
                    (text, answer) -> {
                        truncation.count(answer.truncatedTokens());
                        return command.isJson() ? json(answer) : line(answer, text);
                    },
                    progress);
        }
    }

    private static void warnOfUnknown(MaskTarget target, FillMaskPipeline pipeline, Console console) {
        if (!target.isKnown()) {
            String instead = target.token().isEmpty()
                    ? "nothing is left of it, and it is ignored"
                    : "'" + pipeline.tokenizer().idToToken(target.token().getAsInt()) + "' is scored for it";
            console.warning("the target '" + target.target() + "' is not in the vocabulary; " + instead);
        }
    }

    /** A list for one mask, as the pipeline of transformers returns it, and a list of lists for several. */
    private static String json(FillMask answer) {
        Json json = new Json();
        return (answer.masks().size() == 1
                        ? write(json, answer.first())
                        : json.array(answer.masks(), FillMaskTask::write))
                .toString();
    }

    private static Json write(Json json, List<MaskFilling> mask) {
        return json.array(
                mask,
                (object, filling) -> object.raw("{")
                        .name("score")
                        .number(filling.score())
                        .name("token")
                        .integer(filling.token())
                        .name("token_str")
                        .string(filling.tokenText())
                        .name("sequence")
                        .string(filling.sequence())
                        .raw("}"));
    }

    private static String line(FillMask answer, String text) {
        return answer.masks().stream().map(FillMaskTask::line).collect(Collectors.joining(" | ")) + "  "
                + Printable.excerpt(text);
    }

    private static String line(List<MaskFilling> mask) {
        return mask.stream()
                .map(filling -> Printable.escape(filling.tokenText()) + " " + FiniteNumber.text(filling.score()))
                .collect(Collectors.joining(", "));
    }
}
