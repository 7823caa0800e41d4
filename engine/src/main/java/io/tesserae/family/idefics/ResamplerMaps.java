package io.tesserae.family.idefics;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a resampler's latents look at, of pictures that come some at a time, if somebody asked. */
final class ResamplerMaps {

    private final boolean areWanted;
    private final List<List<Tensor>> blocks =
            new ArrayList<>(); // [blocks][pictures], [heads, latents, rows + latents] each

    ResamplerMaps(boolean areWanted) {
        this.areWanted = areWanted;
    }

    /**
     * Room for what the latents of the next pictures look at in a block.
     *
     * @param pictureStarts where each picture's rows begin, and where the last's end
     */
    AttentionMaps room(int block, int heads, int[] pictureStarts, int latents) {
        if (!areWanted) {
            return AttentionMaps.NONE;
        }
        if (block == blocks.size()) {
            blocks.add(new ArrayList<>());
        }
        float[][] rooms = new float[pictureStarts.length - 1][];
        for (int picture = 0; picture < rooms.length; picture++) {
            int keys = pictureStarts[picture + 1] - pictureStarts[picture] + latents;
            Tensor map = Tensor.zeros(heads, latents, keys);
            blocks.get(block).add(map);
            rooms[picture] = map.data();
        }
        return new AttentionMaps(rooms);
    }

    /** All of them, by block and picture. */
    List<List<Tensor>> ofBlocks() {
        return blocks.stream().map(List::copyOf).toList();
    }
}
