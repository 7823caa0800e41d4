package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.PairScore;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.pipelines.sentence.TextRankingOptions;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.pipelines.task.ScoreFunction;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.task.LateRanking;
import java.util.List;
import java.util.stream.IntStream;

/** {@code /rerank}: texts by how well they fit a query. */
record RerankRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        var task = models.choose(Embedder.model(members), OpenModel::ranking, "ranks texts");
        var pipeline = task.pipeline(); // loads it, where nobody has asked for it yet
        String asked = members.string("query").orElseThrow(() -> RequestException.validation("missing field `query`"));
        TextInputs.requireText(asked, "query");
        List<String> documents =
                members.strings("texts").orElseThrow(() -> RequestException.validation("missing field `texts`"));
        if (documents.isEmpty()) {
            throw RequestException.empty("`texts` cannot be empty");
        }
        call.read(asked);
        documents.forEach(call::read);
        List<TextInput> pairs =
                documents.stream().map(text -> TextInput.of(asked, text)).toList();
        boolean raw = members.bool("raw_scores", false);
        if (pipeline instanceof LateRanking late) {
            raw = true; // a sum of cosines, to which no function belongs
            texts.requireFitting(
                    documents.stream().map(TextInput::of).toList(), members, late.tokenizer(), late.maxLength());
        } else if (pipeline instanceof TextRankingPipeline crossEncoder) {
            texts.requireFitting(pairs, members, crossEncoder.tokenizer(), crossEncoder.maxLength());
        }
        TextRankingOptions options =
                TextRankingOptions.DEFAULT.withFunctionToApply(raw ? ScoreFunction.NONE : ScoreFunction.SIGMOID);
        boolean returnText = members.bool("return_text", false);
        List<PairScore> scores = task.answer(pairs, options, call);
        List<RankedText> ranked = IntStream.range(0, scores.size())
                .mapToObj(i -> new RankedText(i, documents.get(i), scores.get(i).score()))
                .sorted(RankedText.BEST_FIRST)
                .toList();
        JsonText json = new JsonText();
        json.array(ranked, (out, text) -> {
            out.begin().name("index").integer(text.index());
            if (returnText) {
                out.name("text").string(text.text());
            }
            out.name("score").number(text.score()).end();
        });
        return Reply.json(json.toString());
    }
}
