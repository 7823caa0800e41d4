package io.tesserae.server.task;

import com.google.gson.JsonElement;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.text.Answer;
import io.tesserae.pipelines.text.QuestionAnsweringOptions;
import io.tesserae.pipelines.text.QuestionAnsweringPipeline;
import io.tesserae.pipelines.text.QuestionInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** {@code question-answering}. */
final class QuestionAnsweringJson
        implements TaskJson<QuestionAnsweringPipeline, QuestionInput, QuestionAnsweringOptions, List<Answer>> {

    private static final int WINDOW = 384;
    private static final int STRIDE = 128;

    @Override
    public PipelineTask<QuestionAnsweringPipeline> task() {
        return QuestionAnsweringPipeline.TASK;
    }

    @Override
    public TaskRequest<QuestionInput, QuestionAnsweringOptions, List<Answer>> read(Members parameters) {
        parameters.requireOnly(
                "top_k", "max_answer_len", "max_seq_len", "doc_stride", "handle_impossible_answer", "align_to_words");
        QuestionAnsweringOptions options = QuestionAnsweringOptions.DEFAULT
                .withTopK(Parameters.topK(parameters, 1))
                .withHandleImpossibleAnswer(parameters.bool("handle_impossible_answer", false))
                .withAlignToWords(parameters.bool("align_to_words", true));
        options = with(options, parameters.integer("max_answer_len"), options::withMaxAnswerLength);
        options = with(options, parameters.integer("max_seq_len"), options::withMaxSequenceLength);
        options = with(options, parameters.integer("doc_stride"), options::withDocStride);
        return new TaskRequest<>(options, QuestionAnsweringJson::read);
    }

    private static QuestionAnsweringOptions with(
            QuestionAnsweringOptions otherwise, OptionalInt value, IntFunction<QuestionAnsweringOptions> change) {
        return value.isPresent() ? change.apply(value.getAsInt()) : otherwise;
    }

    private static Asked<QuestionInput, List<Answer>> read(JsonElement value, String place) {
        Members members = Members.of(value, place);
        members.requireOnly("question", "context");
        String question = members.string("question")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".question`"));
        String context = members.string("context")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".context`"));
        if (question.isEmpty() || context.isEmpty()) {
            throw RequestException.empty(place + ": question and context: expected texts, found an empty one");
        }
        QuestionInput input = new QuestionInput(question, context);
        return Asked.once(input, (json, answers) -> write(json, input, answers));
    }

    /** Several answers are a list, and one is none, however many were asked for. */
    private static void write(JsonText json, QuestionInput question, List<Answer> answers) {
        if (answers.size() > 1) {
            json.array(answers, (out, answer) -> write(out, question, answer));
        } else {
            write(json, question, answers.isEmpty() ? new Answer("", 0, 0, 0) : answers.getFirst());
        }
    }

    /** Places are counted in code points, as Python does. */
    private static void write(JsonText json, QuestionInput question, Answer answer) {
        String context = question.context();
        json.begin()
                .name("score")
                .number(answer.score())
                .name("start")
                .integer(context.codePointCount(0, answer.start()))
                .name("end")
                .integer(context.codePointCount(0, answer.end()))
                .name("answer")
                .string(answer.text())
                .end();
    }

    @Override
    public int tokens(QuestionAnsweringPipeline pipeline, QuestionInput input, QuestionAnsweringOptions options) {
        Tokenizer tokenizer = pipeline.tokenizer();
        int question = tokenizer.encode(input.question()).size() + 1; // with the special tokens of a pair
        int length = options.maxSequenceLength().orElse(WINDOW);
        int overlap = options.docStride().orElse(Math.min(length / 2, STRIDE));
        int tokens = tokenizer.encode(input.question(), input.context()).size();
        return TokenCount.ofWindows(tokens, length, question + overlap); // each window has the question
    }

    @Override
    public Optional<Tokenizer> tokenizer(QuestionAnsweringPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public QuestionInput sample(QuestionAnsweringPipeline pipeline) {
        return new QuestionInput("A question?", "A text.");
    }
}
