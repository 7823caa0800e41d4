package io.tesserae.benchmarks.scenes;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.CaptionAttentionOptions;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.pipelines.attention.WordAttention;
import io.tesserae.pipelines.generation.PromptedImage;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.scenes.Answer;
import io.tesserae.scenes.Scene;
import io.tesserae.scenes.Scores;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/**
 * What a captioner says of the first scenes of a seed, and where its words come from.
 *
 * @param seed of the scenes
 * @param attentions one for each scene, in their order
 */
record SceneCaptions(long seed, List<CaptionAttention> attentions) {

    /** Has scenes described. */
    static SceneCaptions of(CaptionAttentionPipeline pipeline, long seed, int scenes) {
        List<PromptedImage> pictures = LongStream.range(0, scenes)
                .mapToObj(number -> picture(Scene.draw(seed, number)))
                .map(picture -> PromptedImage.of(ImageInput.of(picture)))
                .toList();
        return new SceneCaptions(seed, pipeline.answer(pictures, CaptionAttentionOptions.DEFAULT));
    }

    /** A scene as a picture. */
    static RgbImage picture(Scene scene) {
        return new RgbImage(Scene.SIDE, Scene.SIDE, scene.pixels());
    }

    /** How many layers there are maps of. */
    int layers() {
        return attentions.stream().mapToInt(CaptionAttention::layers).max().orElse(0);
    }

    /**
     * How good that is.
     *
     * @param layer whose maps point, counted from 0; empty for the mean of all
     */
    Scores scores(OptionalInt layer) {
        Iterator<CaptionAttention> next = attentions.iterator();
        return Scores.of(pixels -> answer(next.next(), layer), seed, attentions.size());
    }

    /** Every word between spaces has a map; one that the captioner has none of, since it is only signs, looks nowhere. */
    private static Answer answer(CaptionAttention attention, OptionalInt layer) {
        String[] words = attention.caption().isEmpty()
                ? new String[0]
                : attention.caption().split(" ");
        List<float[]> maps = new ArrayList<>();
        int start = 0;
        for (String word : words) {
            int from = start;
            int to = start + word.length();
            maps.add(attention.words().stream()
                    .filter(mapped -> mapped.start() >= from && mapped.start() < to)
                    .findFirst()
                    .map(mapped -> values(mapped, layer))
                    .orElseGet(() -> new float[attention.grid().patches()]));
            start = to + 1;
        }
        return new Answer(attention.caption(), maps);
    }

    private static float[] values(WordAttention word, OptionalInt layer) {
        return word.map(layer).values();
    }
}
