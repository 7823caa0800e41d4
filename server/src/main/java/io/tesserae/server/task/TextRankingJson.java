package io.tesserae.server.task;

import com.google.gson.JsonElement;
import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.PipelineTask;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** {@code text-ranking}. */
final class TextRankingJson implements TaskJson<TextRankingPipeline, TextInput, TextRankingOptions, PairScore> {

    @Override
    public PipelineTask<TextRankingPipeline> task() {
        return TextRankingPipeline.TASK;
    }

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
    public int tokens(TextRankingPipeline pipeline, TextInput pair, TextRankingOptions options) {
        return TokenCount.of(pipeline.tokenizer(), pair, pipeline.maxLength());
    }

    @Override
    public Optional<Tokenizer> tokenizer(TextRankingPipeline pipeline) {
        return Optional.of(pipeline.tokenizer());
    }

    @Override
    public TextInput sample(TextRankingPipeline pipeline) {
        return TextInput.of("A question?", "A text.");
    }
}
