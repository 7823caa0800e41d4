package io.tesserae.family.idefics;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Frame;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Ragged;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a fixed number of rows of a picture, however many the vision tower has made: Alayrac et al., arXiv 2204.14198, section 2.1;
 * transformers' {@code IdeficsPerceiverResampler}.
 *
 * @param latents {@code [latents, width]}, what the rows are at first
 * @param blocks in which they read the picture
 * @param norm the last norm
 */
record IdeficsResampler(Tensor latents, List<ResamplerBlock> blocks, LayerNorm norm) {

    /** Copies the list. */
    IdeficsResampler {
        blocks = List.copyOf(blocks);
    }

    /**
     * Loads it from below {@code perceiver_resampler}.
     *
     * @param width of the vision tower's rows
     */
    static IdeficsResampler load(Engine engine, IdeficsResamplerConfig config, int width, StateDict weights) {
        Tensor latents = weights.read("latents", config.latents(), width);
        List<ResamplerBlock> blocks = new ArrayList<>();
        for (int block = 0; block < config.depth(); block++) {
            blocks.add(ResamplerBlock.load(engine, config, width, weights.at("blocks", block)));
        }
        LayerNorm norm = LayerNorm.load(weights.at("layer_norm"), width, ResamplerBlock.EPSILON);
        return new IdeficsResampler(latents, blocks, norm);
    }

    /**
     * What becomes of the latents, for each picture.
     *
     * @param frame receives the result
     * @param pictures {@code [rows of all pictures, width]}
     * @param maps receive what the latents look at
     * @return {@code [pictures · latents, width]}
     */
    Tensor forward(Frame frame, Ragged pictures, ResamplerMaps maps) {
        int count = latents.dimension(0);
        int[] starts = Ragged.starts(pictures.sequences(), count);
        Tensor x = frame.tensor(starts[pictures.sequences()], latents.dimension(1)); // [pictures · latents, width]
        for (int picture = 0; picture < pictures.sequences(); picture++) {
            System.arraycopy(latents.data(), 0, x.data(), picture * latents.size(), latents.size());
        }
        for (int block = 0; block < blocks.size(); block++) {
            AttentionMaps ofBlock = maps.room(block, blocks.get(block).heads(), pictures.starts(), count);
            blocks.get(block).forward(frame.workspace(), pictures, new Ragged(x, starts), ofBlock);
        }
        norm.forward(frame.workspace(), x);
        return x;
    }
}
