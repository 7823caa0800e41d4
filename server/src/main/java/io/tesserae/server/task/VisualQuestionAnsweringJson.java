package io.tesserae.server.task;

import com.google.gson.JsonElement;
import io.tesserae.pipelines.generation.GeneratedAnswer;
import io.tesserae.pipelines.generation.ImageQuestion;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringOptions;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** {@code visual-question-answering}. */
final class VisualQuestionAnsweringJson
        implements TaskJson<
                VisualQuestionAnsweringPipeline, ImageQuestion, VisualQuestionAnsweringOptions, List<GeneratedAnswer>> {

    @Override
    public PipelineTask<VisualQuestionAnsweringPipeline> task() {
        return VisualQuestionAnsweringPipeline.TASK;
    }

    @Override
    public TaskRequest<ImageQuestion, VisualQuestionAnsweringOptions, List<GeneratedAnswer>> read(Members parameters) {
        VisualQuestionAnsweringOptions options = VisualQuestionAnsweringOptions.DEFAULT
                .withConfig(Generating.config(parameters))
                .withSeed(Generating.seed(parameters));
        return new TaskRequest<>(
                options, (value, place) -> Asked.once(read(value, place), VisualQuestionAnsweringJson::write));
    }

    private static ImageQuestion read(JsonElement value, String place) {
        Members members = Members.of(value, place);
        members.requireOnly("image", "question");
        String question = members.string("question")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".question`"));
        if (question.isEmpty()) {
            throw RequestException.empty(place + ": question: expected a text, found an empty one");
        }
        return new ImageQuestion(Inputs.image(members.require("image"), place), question);
    }

    /** A list, of one unless several were asked for, the best first. */
    private static void write(JsonText json, List<GeneratedAnswer> answers) {
        json.array(
                answers,
                (out, answer) -> out.begin()
                        .name("answer")
                        .string(answer.text())
                        .name("score")
                        .number((double) answer.score())
                        .end());
    }

    @Override
    public int tokens(
            VisualQuestionAnsweringPipeline pipeline, ImageQuestion asked, VisualQuestionAnsweringOptions options) {
        return Inputs.TOKENS_OF_IMAGE
                + pipeline.tokenizer().encode(asked.question()).size()
                + Generating.tokens(options.config(), pipeline.generationConfig());
    }

    @Override
    public Optional<Tokenizer> tokenizer(VisualQuestionAnsweringPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public ImageQuestion sample(VisualQuestionAnsweringPipeline pipeline) {
        return new ImageQuestion(Inputs.sampleImage(), "A question?");
    }

    @Override
    public VisualQuestionAnsweringOptions sampleOptions(VisualQuestionAnsweringPipeline pipeline) {
        return VisualQuestionAnsweringOptions.DEFAULT.withConfig(Generating.ONE_TOKEN);
    }
}
