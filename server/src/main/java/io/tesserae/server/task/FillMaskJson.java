package io.tesserae.server.task;

import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.FillMask;
import io.tesserae.pipelines.text.FillMaskOptions;
import io.tesserae.pipelines.text.FillMaskPipeline;
import io.tesserae.pipelines.text.MaskFilling;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** {@code fill-mask}. */
final class FillMaskJson implements TaskJson<FillMaskPipeline, String, FillMaskOptions, FillMask> {

    @Override
    public PipelineTask<FillMaskPipeline> task() {
        return FillMaskPipeline.TASK;
    }

    @Override
    public TaskRequest<String, FillMaskOptions, FillMask> read(Members parameters) {
        parameters.requireOnly("top_k", "targets", "truncation");
        FillMaskOptions options = FillMaskOptions.DEFAULT
                .withTruncation(parameters.bool("truncation", true))
                .withTopK(Parameters.topK(parameters, FillMaskOptions.DEFAULT.topK()))
                .withTargets(parameters.strings("targets").orElse(List.of()));
        return new TaskRequest<>(options, (value, place) -> Asked.once(Inputs.text(value, place), FillMaskJson::write));
    }

    /** A list for one mask, and a list of lists for several. */
    private static void write(JsonText json, FillMask answer) {
        if (answer.masks().size() == 1) {
            write(json, answer.first());
        } else {
            json.array(answer.masks(), FillMaskJson::write);
        }
    }

    private static void write(JsonText json, List<MaskFilling> mask) {
        json.array(
                mask,
                (out, filling) -> out.begin()
                        .name("score")
                        .number((double) filling.score())
                        .name("token")
                        .integer(filling.token())
                        .name("token_str")
                        .string(filling.tokenText())
                        .name("sequence")
                        .string(filling.sequence())
                        .end());
    }

    @Override
    public int tokens(FillMaskPipeline pipeline, String text, FillMaskOptions options) {
        return TokenCount.of(pipeline.tokenizer(), text, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(FillMaskPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public String sample(FillMaskPipeline pipeline) {
        return pipeline.tokenizer().idToToken(pipeline.tokenizer().maskTokenId());
    }
}
