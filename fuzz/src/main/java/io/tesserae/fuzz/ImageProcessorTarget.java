package io.tesserae.fuzz;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageProcessor;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.loaders.processor.TiledImageProcessor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of an image processor, as a {@link Bundle}: preprocessor_config.json, processor_config.json, config.json. */
public final class ImageProcessorTarget implements FuzzTarget {

    private static final ImageProcessorTarget TARGET = new ImageProcessorTarget();

    private static final RgbImage PICTURE = new RgbImage(7, 3, new byte[7 * 3 * RgbImage.CHANNELS]);

    /** In pixels; more take too long to be tried thousands of times in a second. */
    private static final int SMALL = 32;

    private static final class Loaded {
        static final Engine ENGINE = Engine.builder().threads(1).build();
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Contract.check(TARGET, input);
    }

    @Override
    public String name() {
        return "image-processor";
    }

    @Override
    public long read(byte[] input) {
        try (Checkpoint checkpoint = Checkpoint.open(Bundle.parse(input).modelFiles())) {
            if (AutoImageProcessor.isTiled(checkpoint)) {
                use(AutoImageProcessor.tiled(checkpoint, Loaded.ENGINE));
            } else {
                use(AutoImageProcessor.fromPretrained(checkpoint, Loaded.ENGINE));
            }
        }
        return 0;
    }

    /** A picture that is not cut may be large before it is brought to one small tile. */
    private static void use(TiledImageProcessor processor) {
        try {
            int side = processor.config().tileSide();
            boolean small = processor.config().splitting()
                    || processor.config().resize().isEmpty();
            if (small && processor.grid(PICTURE.width(), PICTURE.height()).tiles() * side * side <= SMALL * SMALL) {
                processor.process(PICTURE);
            }
        } catch (IllegalArgumentException e) {
            // documented: too long and narrow for what is asked
        }
    }

    /** Whatever processor was loaded, it says how large pictures come out, or why not; small ones are made. */
    private static void use(ImageProcessor processor) {
        try {
            ImageSize size = processor.outputSize(PICTURE.width(), PICTURE.height());
            if (size.width() <= SMALL && size.height() <= SMALL) {
                processor.process(PICTURE);
            }
        } catch (IllegalArgumentException e) {
            // documented: too long and narrow for what is asked
        }
    }

    @Override
    public List<Class<? extends RuntimeException>> refusals() {
        return List.of(ModelLoadingException.class);
    }

    @Override
    public Bound bound() {
        return new Bound(4 << 20, 256);
    }

    @Override
    public Map<String, byte[]> seeds() throws IOException {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (var file : TestData.everywhere("preprocessor_config.json").entrySet()) {
            seeds.put(file.getKey(), Bundle.write(Map.of("preprocessor_config.json", file.getValue())));
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("config.json", "{\"model_type\": \"dinov2\"}".getBytes(StandardCharsets.UTF_8));
        files.put("processor_config.json", """
                {"image_processor": {"size": {"shortest_edge": 256}, "crop_size": [224, 224], "resample": 3}}""".getBytes(StandardCharsets.UTF_8));
        seeds.put("nested", Bundle.write(files));
        seeds.put("tiles", Bundle.write(Map.of("preprocessor_config.json", """
                {"image_processor_type": "Idefics3ImageProcessor", "size": {"longest_edge": 16}, "resample": 1,
                "max_image_size": {"longest_edge": 8}, "do_image_splitting": true, "do_pad": true}""".getBytes(StandardCharsets.UTF_8))));
        return seeds;
    }

    @Override
    public List<String> dictionary() {
        return JsonWords.with(
                "image_processor_type",
                "feature_extractor_type",
                "ViTImageProcessor",
                "ViTFeatureExtractor",
                "BitImageProcessor",
                "DeiTImageProcessor",
                "BlipImageProcessor",
                "PerceiverImageProcessor",
                "IdeficsImageProcessor",
                "DINOv3ViTImageProcessor",
                "Idefics3ImageProcessor",
                "SmolVLMImageProcessor",
                "do_image_splitting",
                "max_image_size",
                "image_size",
                "do_resize",
                "do_rescale",
                "do_normalize",
                "do_center_crop",
                "do_convert_rgb",
                "do_pad",
                "size",
                "crop_size",
                "height",
                "width",
                "shortest_edge",
                "longest_edge",
                "max_height",
                "max_width",
                "image_mean",
                "image_std",
                "rescale_factor",
                "resample",
                "image_processor",
                "default_to_square",
                "offset",
                "\n=== processor_config.json\n",
                "=== config.json\n");
    }

    @Override
    public int longestInput() {
        return 4 << 10;
    }
}
