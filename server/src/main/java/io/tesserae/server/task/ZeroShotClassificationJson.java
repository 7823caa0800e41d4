package io.tesserae.server.task;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.ZeroShotClassification;
import io.tesserae.pipelines.text.ZeroShotClassificationOptions;
import io.tesserae.pipelines.text.ZeroShotClassificationPipeline;
import io.tesserae.pipelines.text.ZeroShotInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** {@code zero-shot-classification}. */
final class ZeroShotClassificationJson
        implements TaskJson<
                ZeroShotClassificationPipeline, ZeroShotInput, ZeroShotClassificationOptions, ZeroShotClassification> {

    /** Each is a sequence of its own for the model. */
    private static final int MOST_LABELS = 256;

    @Override
    public PipelineTask<ZeroShotClassificationPipeline> task() {
        return ZeroShotClassificationPipeline.TASK;
    }

    @Override
    public TaskRequest<ZeroShotInput, ZeroShotClassificationOptions, ZeroShotClassification> read(Members parameters) {
        parameters.requireOnly("candidate_labels", "hypothesis_template", "multi_label");
        ZeroShotClassificationOptions options =
                ZeroShotClassificationOptions.DEFAULT.withMultiLabel(parameters.bool("multi_label", false));
        options = parameters
                .string("hypothesis_template")
                .map(options::withHypothesisTemplate)
                .orElse(options);
        Optional<List<String>> labels = labels(parameters);
        return new TaskRequest<>(
                options, (value, place) -> Asked.once(read(value, place, labels), ZeroShotClassificationJson::write));
    }

    /** An array, or a string with commas, as in transformers. */
    static Optional<List<String>> labels(Members members) {
        return members.value("candidate_labels")
                .map(value -> Members.isString(value)
                        ? ZeroShotInput.labels(value.getAsString())
                        : members.strings("candidate_labels").orElseThrow());
    }

    private static ZeroShotInput read(JsonElement value, String place, Optional<List<String>> others) {
        String sequence;
        Optional<List<String>> labels = others;
        if (value instanceof JsonObject) {
            Members members = Members.of(value, place);
            members.requireOnly("sequence", "candidate_labels");
            sequence = members.string("sequence")
                    .orElseThrow(() -> RequestException.validation("missing field `" + place + ".sequence`"));
            labels = labels(members).or(() -> others);
        } else {
            sequence = Inputs.text(value, place);
        }
        if (sequence.isEmpty()) {
            throw RequestException.empty(place + ": expected a text, found an empty one");
        }
        List<String> candidates = labels.orElse(List.of());
        if (candidates.isEmpty() || candidates.size() > MOST_LABELS) {
            throw RequestException.validation(
                    place + ": expected candidate_labels, 1 to " + MOST_LABELS + ", found " + candidates.size());
        }
        return new ZeroShotInput(sequence, candidates);
    }

    private static void write(JsonText json, ZeroShotClassification answer) {
        json.begin()
                .name("sequence")
                .string(answer.sequence())
                .name("labels")
                .array(answer.labels(), (out, label) -> out.string(label.label()))
                .name("scores")
                .array(answer.labels(), (out, label) -> out.number((double) label.score()))
                .end();
    }

    @Override
    public int tokens(
            ZeroShotClassificationPipeline pipeline, ZeroShotInput input, ZeroShotClassificationOptions options) {
        // The whole text, since it is read again for every label, before it is cut
        long text = pipeline.tokenizer().encode(input.sequence()).size();
        return Math.clamp(text * input.candidateLabels().size(), 1, Integer.MAX_VALUE);
    }

    @Override
    public Optional<Tokenizer> tokenizer(ZeroShotClassificationPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public ZeroShotInput sample(ZeroShotClassificationPipeline pipeline) {
        return new ZeroShotInput("A text.", List.of("text"));
    }
}
