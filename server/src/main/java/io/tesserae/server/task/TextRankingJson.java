package io.tesserae.server.task;

import com.google.gson.JsonElement;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * {@code text-ranking}, with a cross-encoder or by late interaction.
 *
 * @param task the task
 * @param tokenizerOf a pipeline
 * @param maxLengthOf a pipeline's pair or text, in tokens
 */
record TextRankingJson<P extends Pipeline<TextInput, TextRankingOptions, PairScore>>(
        PipelineTask<P> task, Function<P, Tokenizer> tokenizerOf, ToIntFunction<P> maxLengthOf)
        implements TaskJson<P, TextInput, TextRankingOptions, PairScore> {

    @Override
    public TaskRequest<TextInput, TextRankingOptions, PairScore> read(Members parameters) {
        parameters.requireOnly("top_k", "function_to_apply");
        int topK = Parameters.topK(parameters, Integer.MAX_VALUE);
        // The same for all, so that requests which want more or fewer texts share batches
        TextRankingOptions options = Parameters.functionToApply(parameters)
                .map(TextRankingOptions.DEFAULT::withFunctionToApply)
                .orElse(TextRankingOptions.DEFAULT);
        options.withTopK(topK); // refuses what is none
        return new TaskRequest<>(options, (value, place) -> read(value, place, topK));
    }

    private static Asked<TextInput, PairScore> read(JsonElement value, String place, int topK) {
        Members members = Members.of(value, place);
        members.requireOnly("query", "documents");
        String query = members.string("query")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".query`"));
        List<String> documents = members.strings("documents")
                .orElseThrow(() -> RequestException.validation("missing field `" + place + ".documents`"));
        List<TextInput> pairs =
                documents.stream().map(text -> TextInput.of(query, text)).toList();
        return new Asked<>(pairs, (json, scores) -> write(json, documents, scores, topK));
    }

    private static void write(JsonText json, List<String> documents, List<PairScore> scores, int topK) {
        List<RankedText> ranked = IntStream.range(0, documents.size())
                .mapToObj(i -> new RankedText(i, documents.get(i), scores.get(i).score()))
                .sorted(RankedText.BEST_FIRST)
                .limit(topK)
                .toList();
        json.array(
                ranked,
                (out, text) -> out.begin()
                        .name("corpus_id")
                        .integer(text.index())
                        .name("score")
                        .number((double) text.score())
                        .name("text")
                        .string(text.text())
                        .end());
    }

    @Override
    public int tokens(P pipeline, TextInput pair, TextRankingOptions options) {
        return TokenCount.of(tokenizerOf.apply(pipeline), pair, maxLengthOf.applyAsInt(pipeline));
    }

    @Override
    public Optional<Tokenizer> tokenizer(P pipeline) {
        return Optional.of(tokenizerOf.apply(pipeline));
    }

    @Override
    public TextInput sample(P pipeline) {
        return TextInput.of("A question?", "A text.");
    }
}
